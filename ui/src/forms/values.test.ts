import { expect, test } from 'vitest';
import { type Field, fieldsOf, sectionsOf } from './schema';
import { changedParams, generatePassword, paramsOf, shownValue } from './values';

const schema = {
  properties: {
    port: { type: 'integer', 'x-type': 'port', 'x-order': 2, default: 0, minimum: 0, maximum: 65535 },
    password: { 'x-type': 'password', 'x-order': 0, format: 'password', 'x-generate': 'password' },
    registry: { 'x-type': 'string', 'x-order': 3, default: 'docker.io', 'x-group': 'Advanced' },
    note: { 'x-type': 'string', 'x-order': 1 },
    log: { 'x-type': 'bool', 'x-order': 4, default: true },
  },
  required: ['note'],
};
const fields = fieldsOf(schema);
const field = (name: string): Field => {
  const found = fields.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};

test('fields come in the order of the template, by section', () => {
  expect(fields.map(({ name }) => name)).toEqual(['password', 'note', 'port', 'registry', 'log']);
  expect(sectionsOf(fields).map(([group, own]) => [group, own.length])).toEqual([
    ['', 4],
    ['Advanced', 1],
  ]);
  expect(field('note').required).toBe(true);
  expect(field('password').generate).toBe('password');
});

test('a schema without our notes makes a form as well', () => {
  const kinds = fieldsOf({
    properties: {
      a: { type: 'boolean' },
      b: { enum: ['x'] },
      c: { format: 'password' },
      d: { type: 'integer' },
      e: {},
    },
  }).map(({ kind }) => kind);
  expect(kinds).toEqual(['bool', 'enum', 'password', 'int', 'string']);
  expect(fieldsOf(undefined)).toEqual([]);
  expect(fieldsOf({ properties: { broken: 3 } })).toEqual([]);
});

test('what is as the template has it is left to the template', () => {
  expect(paramsOf(fields, { port: '0', log: true, registry: 'docker.io' })).toEqual({});
  expect(paramsOf(fields, { port: '6379', log: false, note: 'hi' })).toEqual({
    port: 6379,
    log: false,
    note: 'hi',
  });
});

test('what is no number is sent as typed, for the server to say so', () => {
  expect(paramsOf(fields, { port: '80a' })).toEqual({ port: '80a' });
});

test('an emptied field is left out, but an empty text is a value where the default is another', () => {
  expect(paramsOf(fields, { port: '', password: '', note: '' })).toEqual({});
  expect(paramsOf(fields, { registry: '' })).toEqual({ registry: '' });
});

test('of a stored deployment only what differs is sent, and masked passwords stay', () => {
  const current = { port: 6379, password: '***' };
  expect(shownValue(field('port'), {}, current)).toBe('6379');
  expect(shownValue(field('password'), {}, current)).toBe('');
  expect(changedParams(fields, { port: '6379', password: '' }, current)).toEqual({});
  expect(changedParams(fields, { port: '', password: 'new' }, current)).toEqual({
    port: null,
    password: 'new',
  });
  expect(changedParams(fields, { log: true }, current)).toEqual({});
});

test('made passwords are long and differ', () => {
  const made = new Set(Array.from({ length: 50 }, () => generatePassword()));
  expect(made.size).toBe(50);
  for (const password of made) expect(password).toMatch(/^[a-z2-9]{26}$/);
});
