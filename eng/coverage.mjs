// Prints what a Cobertura report in a folder says of the lines: a line for each folder of the app, then all.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const report = readdirSync(folder).find((name) => name.includes('.cobertura.'));
if (!report) throw new Error(`There is no Cobertura report in ${folder}.`);

const lines = new Map();
const text = readFileSync(join(folder, report), 'utf8');
for (const [, file, body] of text.matchAll(/<class [^>]*filename="([^"]+)"[^>]*>([\s\S]*?)<\/class>/g)) {
  // A file's lines come once for each class in it, and again for each of its methods.
  for (const [, line, hits] of body.matchAll(/<line number="(\d+)" hits="(\d+)"/g)) {
    const key = `${file.replaceAll('\\', '/')}:${line}`;
    lines.set(key, (lines.get(key) ?? false) || hits !== '0');
  }
}

const folders = new Map();
for (const [key, covered] of lines) {
  const at = /functions\/LoginAudit\/(?:([^/]+)\/)?/.exec(key)?.[1] ?? '(root)';
  for (const name of [at, 'all']) {
    const sum = folders.get(name) ?? { covered: 0, all: 0 };
    folders.set(name, { covered: sum.covered + Number(covered), all: sum.all + 1 });
  }
}

const all = folders.get('all') ?? { covered: 0, all: 0 };
folders.delete('all');
const share = (sum) => `${((100 * sum.covered) / Math.max(sum.all, 1)).toFixed(1).padStart(5)} %`;
for (const [name, sum] of [...folders].sort())
  console.log(`${share(sum)}  ${name} (${sum.covered} of ${sum.all} lines)`);
console.log(`${share(all)}  line coverage (${all.covered} of ${all.all} lines)`);
