// check.mjs asyncapi FILE: is the document what AsyncAPI's own schema calls one?
// check.mjs events SCHEMA: each line of standard input, a JSON event, under JSON Schema 2020-12.
// Prints what is wrong; exit code 1 then.
import fs from 'node:fs';
import readline from 'node:readline';
import { createRequire } from 'node:module';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const read = (path) => JSON.parse(fs.readFileSync(path, 'utf8'));
const compile = (Validator, schema, options) => {
  const ajv = new Validator.default({ strict: false, ...options });
  addFormats.default(ajv);
  return ajv.compile(schema);
};

function asyncapi(path) {
  const published = createRequire(import.meta.url)('@asyncapi/specs').schemas['3.0.0'];
  // It brings the meta-schema of draft 7 along, so that the validator's own would be a second one.
  const validate = compile(Ajv, published, { meta: false, validateSchema: false });
  return validate(read(path)) ? [] : validate.errors;
}

async function events(path) {
  const validate = compile(Ajv2020, read(path));
  const wrong = [];
  for await (const line of readline.createInterface({ input: process.stdin }))
    if (!validate(JSON.parse(line))) wrong.push({ line, errors: validate.errors });
  return wrong;
}

const [what, path] = process.argv.slice(2);
const wrong = what === 'asyncapi' ? asyncapi(path) : await events(path);
for (const one of wrong) console.log(JSON.stringify(one).slice(0, 600));
process.exitCode = wrong.length ? 1 : 0; // exit() would cut what is still being written
