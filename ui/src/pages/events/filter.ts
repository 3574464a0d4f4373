import type { EventItem, Severity } from '../../api/types';

const RANK: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

export interface EventFilter {
  search: string;
  /** The least that is shown; empty for all. */
  severity: string;
  /** What they are about; empty for everything. */
  kind: string;
}

const least = (severity: string) => (severity in RANK ? RANK[severity as Severity] : 0);

export function filterEvents(
  events: readonly EventItem[],
  { search, severity, kind }: EventFilter,
): EventItem[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const from = least(severity);
  return events.filter((event) => {
    if (RANK[event.severity] < from) return false;
    if (kind !== '' && event.subject.kind !== kind) return false;
    const all = `${event.subject.name} ${event.reason} ${event.message}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The log and what came since, newest first, each once. */
export function mergeEvents(log: readonly EventItem[], live: readonly EventItem[]): EventItem[] {
  const known = new Map([...log, ...live].map((event) => [event.id, event]));
  return [...known.values()].sort((a, b) => b.cursor - a.cursor || b.at.localeCompare(a.at));
}
