import { expect, test } from 'vitest';
import type { Stack } from '../api/types';
import { referencesOf, servicesIn } from './references';

test('finds services in any text of the parameters', () => {
  const params = {
    url: 'redis://${services.cache.address}',
    list: ['${services.db.url}'],
    port: 1,
    key: '***',
  };
  expect([...servicesIn(params)]).toEqual(['cache', 'db']);
});

test('leads from who uses to who is used, and not to what is not there', () => {
  const service = (id: string, params: object) => ({ id, params });
  const stack = {
    name: 'shop',
    services: {
      page: service('dep-1', { a: '${services.cache.address} ${services.gone.url} ${services.page.url}' }),
      cache: service('dep-2', {}),
    },
  } as unknown as Stack;
  expect(referencesOf([stack])).toEqual([{ stack: 'shop', from: 'dep-1', to: 'dep-2' }]);
});
