import { expect, test } from 'vitest';
import type { OpenApi } from '../../../api/queries/openapi';
import { type Sources, completionsAt } from './completion';
import { marksOf, parseStack } from './document';

const SOURCE = `name: shop
services:
  cache:
    template: redis
    params:
      port: many
  page:
    template: hello-world
`;

test('a whole file is a stack', () => {
  const parsed = parseStack(SOURCE);
  expect(parsed.ok && parsed.name).toBe('shop');
  expect(parsed.ok && Object.keys(parsed.body.services)).toEqual(['cache', 'page']);
});

test.each([
  ['services: {}', /no name/],
  ['name: a', /no services/],
  ['- a', /not a list of names/],
  ['name: a\nservices: {}\nserivces: {}', /"serivces" is not known/],
  ['name: [', /flow/i],
])('what has no form is told: %s', (source, message) => {
  const parsed = parseStack(source);
  expect(parsed.ok ? undefined : parsed.marks[0]?.message).toMatch(message);
});

test('what the server says is marked where it is written', () => {
  const { document } = parseStack(SOURCE);
  const [mark] = marksOf([{ path: '/services/cache/params/port', message: 'not a number' }], document);
  expect(SOURCE.slice(mark?.from, mark?.to)).toBe('many');
});

const sources: Sources = {
  openApi: () =>
    Promise.resolve({
      components: {
        schemas: {
          StackService: {
            properties: {
              template: {},
              params: {},
              placement: { oneOf: [{ type: 'null' }, { $ref: '#/x/Policy' }] },
            },
          },
          Policy: { properties: { strategy: { enum: ['spread', 'pack'] } } },
        },
      },
    } as OpenApi),
  templates: () => Promise.resolve([{ name: 'redis', description: 'A store' }]),
  template: () =>
    Promise.resolve({
      manifest: { outputs: { address: {} } },
      schema: {
        properties: {
          port: { type: 'integer' },
          appendonly: { type: 'boolean' },
          password: { format: 'password' },
        },
      },
    }),
  secrets: () => Promise.resolve(['hf-token']),
};

/** What is offered at the bar. */
async function offered(text: string): Promise<string[]> {
  const cursor = text.indexOf('|');
  const { suggestions } = await completionsAt(text.replace('|', ''), cursor, sources);
  return suggestions.map(({ label }) => label);
}

test('completes keys, templates, parameters, values and references', async () => {
  const service = 'name: shop\nservices:\n  cache:\n    ';
  expect(await offered('name: shop\n|')).toEqual(['services']);
  expect(await offered(`${service}template: redis\n    |`)).toEqual(['params', 'placement']);
  expect(await offered(`${service}template: |`)).toEqual(['redis']);
  expect(await offered(`${service}template: redis\n    params:\n      port: 1\n      |`)).toEqual([
    'appendonly',
    'password',
  ]);
  expect(await offered(`${service}template: redis\n    params:\n      appendonly: |`)).toEqual([
    'true',
    'false',
  ]);
  expect(await offered(`${service}placement:\n      strategy: |`)).toEqual(['spread', 'pack']);
  const other = `${service}template: redis\n  page:\n    params:\n      text: "`;
  expect(await offered(`${other}\${|`)).toEqual(['services', 'secrets', 'stored']);
  expect(await offered(`${other}\${services.|`)).toEqual(['cache', 'page']);
  expect(await offered(`${other}\${services.cache.|`)).toEqual(['address}', 'secrets.', 'endpoints.']);
  expect(await offered(`${other}\${services.cache.secrets.|`)).toEqual(['password']);
  expect(await offered(`${other}\${secrets.|`)).toEqual(['hf-token']);
});
