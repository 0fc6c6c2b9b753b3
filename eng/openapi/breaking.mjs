// Finds what in a new description of the API breaks the callers of an older one.
//
//   node openapi/breaking.mjs                       the last release against the working tree
//   node openapi/breaking.mjs before.json after.json
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** A sentence for each change that breaks a caller; none if the new document takes and answers all that the old one did. */
export function breakingChanges(before, after) {
  const found = [];
  for (const [path, operations] of Object.entries(before.paths ?? {})) {
    if (!after.paths?.[path]) {
      found.push(`${path}: removed path`);
      continue;
    }
    for (const method of methods.filter((name) => operations[name])) {
      const where = `${method.toUpperCase()} ${path}`;
      const next = after.paths[path][method];
      if (next) compareOperations(where, operations[method], next);
      else found.push(`${where}: removed operation`);
    }
  }
  return [...new Set(found)];

  function compareOperations(where, old, next) {
    compareRoles(where, old, next);
    compareParameters(where, old.parameters ?? [], next.parameters ?? []);
    compareRequestBodies(where, resolve(before, old.requestBody), resolve(after, next.requestBody));
    for (const [status, answer] of Object.entries(old.responses ?? {})) {
      const newAnswer = next.responses?.[status];
      if (newAnswer)
        compareResponses(`${where}, response ${status}`, resolve(before, answer), resolve(after, newAnswer));
      else found.push(`${where}: removed response ${status}`);
    }
  }

  function compareRoles(where, old, next) {
    const roles = (operation, all) =>
      (operation.security ?? all.security ?? []).map((way) => JSON.stringify(way)).sort();
    const [was, is] = [roles(old, before), roles(next, after)];
    // No way at all means open to everybody.
    const stays = is.length === 0 || (was.length > 0 && was.every((way) => is.includes(way)));
    if (!stays) found.push(`${where}: needs other roles, ${is.join(' or ')} instead of ${was.join(' or ') || 'none'}`);
  }

  function compareParameters(where, old, next) {
    const name = (parameter) => `${parameter.in} parameter '${parameter.name}'`;
    const [was, is] = [old.map((one) => resolve(before, one)), next.map((one) => resolve(after, one))];
    for (const parameter of was) {
      const now = is.find((one) => name(one) === name(parameter));
      if (!now) found.push(`${where}: removed ${name(parameter)}`);
      else {
        if (now.required && !parameter.required) found.push(`${where}: ${name(parameter)} is now required`);
        compareSchemas(`${where}, ${name(parameter)}`, parameter.schema, now.schema, true);
      }
    }
    for (const parameter of is) {
      if (parameter.required && !was.some((one) => name(one) === name(parameter)))
        found.push(`${where}: new required ${name(parameter)}`);
    }
  }

  function compareRequestBodies(where, old, next) {
    if (!next) {
      if (old) found.push(`${where}: removed request body`);
      return;
    }
    if (next.required && !old?.required) found.push(`${where}: the request body is now required`);
    compareContent(`${where}, request`, old?.content, next.content, true);
  }

  function compareResponses(where, old, next) {
    for (const header of Object.keys(old.headers ?? {}))
      if (!next.headers?.[header]) found.push(`${where}: removed header '${header}'`);
    compareContent(where, old.content, next.content, false);
  }

  function compareContent(where, old = {}, next = {}, isRequest) {
    for (const [type, { schema }] of Object.entries(old)) {
      if (next[type]) compareSchemas(where, schema, next[type].schema, isRequest);
      else found.push(`${where}: removed content type ${type}`);
    }
  }

  /** A request may become wider and a response narrower, not the other way round. */
  function compareSchemas(where, oldSchema, nextSchema, isRequest, seen = []) {
    const pair = `${oldSchema?.$ref} ${nextSchema?.$ref}`;
    if (oldSchema?.$ref && seen.includes(pair)) return;
    const under = [...seen, pair];
    const [old, next] = [resolve(before, oldSchema), resolve(after, nextSchema)];
    if (old === undefined || next === undefined) return;

    compareTypes(where, old, next, isRequest);
    compareEnums(where, old, next, isRequest);
    if (isRequest) compareLimits(where, old, next);
    for (const [name, property] of Object.entries(old.properties ?? {})) {
      if (next.properties?.[name])
        compareSchemas(`${where}, property '${name}'`, property, next.properties[name], isRequest, under);
      else found.push(`${where}: removed property '${name}'`);
    }
    compareRequired(where, old, next, isRequest);
    if (isRequest && next.additionalProperties === false && old.additionalProperties !== false)
      found.push(`${where}: refuses other properties now`);
    if (old.items && next.items) compareSchemas(`${where}, each item`, old.items, next.items, isRequest, under);
    if (isObject(old.additionalProperties) && isObject(next.additionalProperties))
      compareSchemas(`${where}, each value`, old.additionalProperties, next.additionalProperties, isRequest, under);
    for (const kind of ['anyOf', 'oneOf', 'allOf'])
      compareChoices(where, kind, old[kind], next[kind], isRequest, under);
  }

  function compareTypes(where, old, next, isRequest) {
    const [was, is] = [listed(old.type), listed(next.type)];
    if (was.length === 0 && is.length === 0) return;
    const [given, taken] = isRequest ? [was, is] : [is, was];
    const fits = (type) => taken.includes(type) || (type === 'integer' && taken.includes('number'));
    // Without a type, a schema takes every one.
    if (taken.length > 0 && (given.length === 0 || !given.every(fits)))
      found.push(`${where}: the type is ${is.join(' or ') || 'any'} instead of ${was.join(' or ') || 'any'}`);
    if (old.format !== next.format && (isRequest ? next.format : old.format))
      found.push(`${where}: the format is ${next.format ?? 'any'} instead of ${old.format ?? 'any'}`);
  }

  function compareEnums(where, old, next, isRequest) {
    const [was, is] = [valuesOf(old), valuesOf(next)];
    if (was && is) {
      // Also in a response: somebody waits for the value that does not come any more.
      const gone = was.filter((value) => !is.includes(value));
      if (gone.length > 0) found.push(`${where}: narrowed enum, without ${gone.map(quoted).join(', ')}`);
    } else if (is && isRequest) {
      found.push(`${where}: takes only ${is.map(quoted).join(', ')} now`);
    }
  }

  function compareLimits(where, old, next) {
    for (const limit of ['maximum', 'maxLength', 'maxItems'])
      if (next[limit] < (old[limit] ?? Infinity)) found.push(`${where}: ${limit} is now ${next[limit]}`);
    for (const limit of ['minimum', 'minLength', 'minItems'])
      if (next[limit] > (old[limit] ?? -Infinity)) found.push(`${where}: ${limit} is now ${next[limit]}`);
    if (next.pattern && next.pattern !== old.pattern) found.push(`${where}: the pattern is now ${next.pattern}`);
  }

  function compareRequired(where, old, next, isRequest) {
    const [was, is] = [old.required ?? [], next.required ?? []];
    if (isRequest) {
      for (const name of is.filter((one) => !was.includes(one)))
        found.push(`${where}: ${old.properties?.[name] ? '' : 'new '}property '${name}' is required`);
    } else {
      for (const name of was.filter((one) => !is.includes(one) && next.properties?.[one]))
        found.push(`${where}: property '${name}' may be absent now`);
    }
  }

  function compareChoices(where, kind, old, next, isRequest, seen) {
    const name = (choice) => choice.$ref ?? String(choice.type ?? JSON.stringify(choice));
    // Those that stand unchanged in the other list answer each other; the rest are compared by name.
    const left = (choices = [], others = []) =>
      choices.filter((choice) => !others.some((one) => JSON.stringify(one) === JSON.stringify(choice)));
    for (const choice of old ?? []) {
      const same = next?.find((one) => JSON.stringify(one) === JSON.stringify(choice));
      const now = same ?? left(next, old).find((one) => name(one) === name(choice));
      if (now) compareSchemas(where, choice, now, isRequest, seen);
      else found.push(`${where}: ${kind} has no ${name(choice)} any more`);
    }
  }
}

function resolve(document, part) {
  while (part?.$ref) {
    const path = part.$ref.slice(2).split('/');
    part = path.reduce((at, name) => at?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  }
  return part;
}

const isObject = (value) => typeof value === 'object' && value !== null;
const listed = (value) => (value === undefined ? [] : [value].flat());
const valuesOf = (schema) => schema.enum ?? ('const' in schema ? [schema.const] : undefined);
const quoted = (value) => `'${value}'`;

function main([beforeFile, afterFile]) {
  const file = 'functions/LoginAudit/OpenApi/openapi.v1.json';
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const git = (...command) =>
    execFileSync('git', command, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  let [name, before] = [beforeFile];
  if (beforeFile) before = readFileSync(beforeFile, 'utf8');
  else {
    try {
      name = git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*').trim();
    } catch {
      console.log('There is no release tag below this commit: nothing to compare with.');
      return;
    }
    before = git('show', `${name}:${file}`);
  }
  const after = readFileSync(afterFile ?? `${root}${file}`, 'utf8');

  const changes = breakingChanges(JSON.parse(before), JSON.parse(after));
  for (const change of changes) console.error(`breaks callers of ${name}: ${change}`);
  if (changes.length > 0) process.exitCode = 1;
  else console.log(`Nothing breaks callers of ${name}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
