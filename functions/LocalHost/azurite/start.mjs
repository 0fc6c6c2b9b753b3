// Runs Azurite until standard input ends: so it stops cleanly when its parent asks, and also when its parent dies.
const stopLimit = 120_000;
let stopping = false;
process.on('SIGTERM', () => {
  // Azurite listens for the signal once it is up. Before that it has stored nothing, and would start and stay.
  if (!stopping && process.listenerCount('SIGTERM') === 1) {
    process.exit();
  }
  stopping = true;
  setTimeout(() => process.exit(1), stopLimit).unref();
});
const stop = () => stopping || process.emit('SIGTERM');
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();
await import('azurite/dist/src/azurite.js');
// Ctrl+C reaches every process of the terminal; the parent decides when storage goes.
process.removeAllListeners('SIGINT');
process.on('SIGINT', () => {});
