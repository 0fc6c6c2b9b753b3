// Runs npm until standard input ends: so that no installation goes on, into the same folder, behind a parent that has died.
import { spawn, spawnSync } from 'node:child_process';

const windows = process.platform === 'win32';
const options = { stdio: ['ignore', 'inherit', 'inherit'] };
// On Windows npm is a script, which only a shell finds. Elsewhere it leads a group of all that it starts.
const npm = windows
  ? spawn(['npm', ...process.argv.slice(2)].join(' '), { ...options, shell: true })
  : spawn('npm', process.argv.slice(2), { ...options, detached: true });
npm.on('exit', code => process.exit(code ?? 1));
npm.on('error', error => {
  console.error(error.code === 'ENOENT' ? "'npm' is not on the PATH" : error.message);
  process.exit(1);
});
const stop = () => windows ? spawnSync('taskkill', ['/pid', `${npm.pid}`, '/t', '/f']) : process.kill(-npm.pid, 'SIGKILL');
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();
