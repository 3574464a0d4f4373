import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../api/queries/keys';
import type { Node } from '../api/types';

/** What one heartbeat said. Shares are in percent. */
export interface Sample {
  /** Seconds since 1970. */
  at: number;
  cpu: number | null;
  memory: number | null;
  gpu: number | null;
}

/** At a heartbeat every five seconds half an hour. */
const KEPT = 360;

const samples = new Map<string, Sample[]>();
const listeners = new Set<() => void>();
const NONE: readonly Sample[] = [];

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

/** Remembers what a node says, once for each heartbeat. */
export function record(node: Node): void {
  if (node.last_seen == null) return;
  const at = Date.parse(node.last_seen) / 1000;
  const known = samples.get(node.id) ?? [];
  const last = known.at(-1);
  if (last !== undefined && last.at >= at) return;
  const busy = (node.usage.gpus ?? []).flatMap((gpu) => gpu.utilization ?? []);
  const sample = {
    at,
    cpu: node.usage.cpu_usage ?? null,
    memory: node.usage.mem_usage ?? null,
    gpu: mean(busy),
  };
  samples.set(node.id, [...known, sample].slice(-KEPT));
}

export const historyOf = (id: string): readonly Sample[] => samples.get(id) ?? NONE;

export function subscribeHistory(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listens to every answer about nodes, so that charts begin when the page is opened and not when they are looked at. */
export function recordAnswers(queries: QueryClient): () => void {
  return queries.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    const [area] = event.query.queryKey as unknown[];
    if (area !== keys.nodes[0]) return;
    const data = event.query.state.data as Node | Node[];
    for (const node of Array.isArray(data) ? data : [data]) record(node);
    for (const tell of listeners) tell();
  });
}
