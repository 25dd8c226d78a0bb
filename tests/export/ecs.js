// Holds Elastic Common Schema documents, one JSON object a line, against the fields that Elastic published (@elastic/ecs).
//
// Every field but those under `firn` must be one of the schema, of its type, a list where the schema wants one, and one of its words where
// it lists words; each event.type must be expected of one of the event's categories.

const { readFileSync } = require('fs');
const { EcsFlat } = require('@elastic/ecs');

const VERSION = '9.4.0';
const FAULTS_SHOWN = 20;
const fits = {
  keyword: (value) => typeof value === 'string',
  constant_keyword: (value) => typeof value === 'string',
  wildcard: (value) => typeof value === 'string',
  match_only_text: (value) => typeof value === 'string',
  text: (value) => typeof value === 'string',
  long: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  ip: (value) => require('net').isIP(value) !== 0,
};

const faults = [];
let count = 0;

function check(path, value, document) {
  const field = EcsFlat[path];
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!field && isObject) {
    for (const [name, below] of Object.entries(value)) check(path ? `${path}.${name}` : name, below, document);
    return;
  }
  const fault = (what) => faults.push(`${count}: ${document.event?.action}: ${path}: ${what}: ${JSON.stringify(value)?.slice(0, 120)}`);
  if (!field) return fault('is no field');
  const isList = Array.isArray(value);
  if (field.normalize.includes('array') !== isList) fault(isList ? 'must not be a list' : 'must be a list');
  for (const one of isList ? value : [value]) {
    if (!fits[field.type]?.(one)) fault(`is no ${field.type}`);
    if (field.allowed_values && !field.allowed_values.some((word) => word.name === one)) fault('is not one of its words');
  }
}

for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  count += 1;
  const { firn, ...document } = JSON.parse(line);
  check('', document, document);
  if (document.ecs?.version !== VERSION || !document['@timestamp']) faults.push(`${count}: version or time is missing`);
  const words = EcsFlat['event.category'].allowed_values;
  const expected = (document.event?.category ?? []).flatMap((name) => words.find((word) => word.name === name)?.expected_event_types ?? []);
  for (const type of document.event?.type ?? []) {
    if (!expected.includes(type)) faults.push(`${count}: type ${type} of ${document.event.category}`);
  }
}
faults.slice(0, FAULTS_SHOWN).forEach((fault) => console.log(fault));
console.log(`${count} events, ${faults.length} faults`);
process.exit(faults.length || !count ? 1 : 0);
