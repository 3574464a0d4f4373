import type { AuditEntry } from '../../../api/types';

export type Verdict = { phase: 'genuine' } | { phase: 'broken'; number: number } | { phase: 'unchecked' };

async function digestOf(entry: AuditEntry): Promise<string> {
  // As the server does it: this entry with an empty digest, as JSON, with the fields in the order in which they came.
  const bytes = new TextEncoder().encode(JSON.stringify({ ...entry, digest: '' }));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether entries are as they were written, each leading to the next. They are given oldest first. */
export async function checkChain(entries: readonly AuditEntry[]): Promise<Verdict> {
  // Browsers offer digests only where the page came over a trustworthy way.
  if (!window.isSecureContext) return { phase: 'unchecked' };
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    const linked =
      before === undefined || (entry.previous === before.digest && entry.number === before.number + 1);
    if (!linked || (await digestOf(entry)) !== entry.digest) return { phase: 'broken', number: entry.number };
  }
  return { phase: 'genuine' };
}
