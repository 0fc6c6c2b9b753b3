import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { breakingChanges } from './breaking.mjs';

const file = (name) => fileURLToPath(new URL(`fixtures/${name}.json`, import.meta.url));
const document = (name) => JSON.parse(readFileSync(file(name), 'utf8'));

test('a document breaks nobody who calls by the same document', () => {
  assert.deepEqual(breakingChanges(document('before'), document('before')), []);
});

test('what is added for callers to use breaks nobody', () => {
  assert.deepEqual(breakingChanges(document('before'), document('compatible')), []);
});

test('each change that breaks a caller is told with its place', () => {
  assert.deepEqual(breakingChanges(document('before'), document('breaking')), [
    `POST /doors: needs other roles, {"bearer":["admin"]} instead of {"bearer":["write"]}`,
    `POST /doors: removed query parameter 'dryRun'`,
    `POST /doors: new required header parameter 'Idempotency-Key'`,
    `POST /doors, request, property 'name': maxLength is now 10`,
    `POST /doors, request, property 'color': narrowed enum, without 'green'`,
    `POST /doors, request, property 'width': the type is string instead of integer`,
    `POST /doors, request: removed property 'height'`,
    `POST /doors, request: property 'color' is required`,
    `POST /doors, request: new property 'owner' is required`,
    `POST /doors, request: removed content type application/x-ndjson`,
    `POST /doors, response 201: removed property 'made'`,
    "POST /doors, response 201, property 'parts', each item, property 'id': " +
      'the type is string or null instead of string',
    `POST /doors, response 201: property 'state' may be absent now`,
    `POST /doors: removed response 202`,
    `DELETE /doors: removed operation`,
    `/windows: removed path`,
  ]);
});

test('the command fails and tells what broke', () => {
  const run = (...names) =>
    spawnSync(process.execPath, [fileURLToPath(new URL('breaking.mjs', import.meta.url)), ...names.map(file)], {
      encoding: 'utf8',
    });

  const breaking = run('before', 'breaking');
  const compatible = run('before', 'compatible');

  assert.equal(breaking.status, 1);
  assert.match(breaking.stderr, /: DELETE \/doors: removed operation\n/);
  assert.equal(compatible.status, 0);
  assert.match(compatible.stdout, /^Nothing breaks callers of /);
});
