import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { AuditEntry } from '../types';
import { keys } from './keys';

export const AUDIT_PAGE = 50;

interface Range {
  /** Only what lies before this number; nothing means up to the end. */
  before?: number;
  tail: number;
}

async function fetchAudit(query: Range, signal: AbortSignal): Promise<AuditEntry[]> {
  return (await unwrap(client.GET('/api/v1/audit', { params: { query }, signal }))).items;
}

/** The number of the last entry; 0 when there is none. */
export const auditEndQuery = queryOptions({
  queryKey: [...keys.audit, 'end'],
  queryFn: async ({ signal }) => (await fetchAudit({ tail: 1 }, signal)).at(-1)?.number ?? 0,
  staleTime: 0,
});

/** The entries before one number, oldest first. */
export const auditQuery = (before: number) =>
  queryOptions({
    queryKey: [...keys.audit, before],
    queryFn: ({ signal }) => fetchAudit({ before, tail: AUDIT_PAGE }, signal),
  });
