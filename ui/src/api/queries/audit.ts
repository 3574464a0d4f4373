import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { AuditEntry } from '../types';
import { keys } from './keys';

export const AUDIT_PAGE = 50;

async function fetchAudit(after: number, limit: number, signal: AbortSignal): Promise<AuditEntry[]> {
  return (await unwrap(client.GET('/api/v1/audit', { params: { query: { after, limit } }, signal }))).items;
}

/**
 * The number of the last entry. The log is given oldest first and has no end to ask for, so it is searched: numbers count
 * from 1 without a gap, and behind the last one there is nothing.
 */
export async function lastNumber(isBehind: (number: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  let step = 1;
  while (await isBehind(low + step)) {
    low += step;
    step *= 2;
  }
  // At least `low` entries and one more, at most `low + step`.
  let high = low + step;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isBehind(middle)) low = middle;
    else high = middle;
  }
  return (await isBehind(low)) ? low + 1 : low;
}

export const auditEndQuery = queryOptions({
  queryKey: [...keys.audit, 'end'],
  queryFn: ({ signal }) => lastNumber(async (number) => (await fetchAudit(number, 1, signal)).length > 0),
  staleTime: 0,
});

/** The entries behind one number, oldest first. */
export const auditQuery = (after: number) =>
  queryOptions({
    queryKey: [...keys.audit, after],
    queryFn: ({ signal }) => fetchAudit(after, AUDIT_PAGE, signal),
  });
