// Runs Azurite until standard input ends: so it stops cleanly when its parent asks, and also when its parent dies.
process.stdin.resume();
process.stdin.on('end', () => process.emit('SIGTERM'));
process.stdin.on('error', () => process.emit('SIGTERM'));
await import('azurite/dist/src/azurite.js');
// Ctrl+C reaches every process of the terminal; the parent decides when storage goes.
process.removeAllListeners('SIGINT');
process.on('SIGINT', () => {});
