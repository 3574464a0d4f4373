import { expect, test } from 'vitest';
import type { AuditEntry } from '../../../api/types';
import { checkChain } from './chain';

async function written(number: number, previous: string): Promise<AuditEntry> {
  const entry = {
    number,
    at: 't',
    who: 'key-1',
    from: '::1',
    method: 'POST',
    path: '/x',
    status: 200,
    previous,
  };
  const bytes = new TextEncoder().encode(JSON.stringify({ ...entry, digest: '' }));
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
  return { ...entry, digest };
}

test('tells a genuine chain from one that was changed or has a gap', async () => {
  Object.assign(window, { isSecureContext: true });
  const one = await written(1, '');
  const two = await written(2, one.digest);
  const three = await written(3, two.digest);
  expect(await checkChain([one, two, three])).toEqual({ phase: 'genuine' });
  expect(await checkChain([one, { ...two, who: 'key-2' }, three])).toEqual({ phase: 'broken', number: 2 });
  expect(await checkChain([one, three])).toEqual({ phase: 'broken', number: 3 });
});

test('does not say what it could not check', async () => {
  Object.assign(window, { isSecureContext: false });
  expect(await checkChain([await written(1, '')])).toEqual({ phase: 'unchecked' });
});
