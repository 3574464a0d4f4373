import type { QueryKey } from '@tanstack/react-query';
import { keys } from '../api/queries/keys';
import type { EventItem } from '../api/types';

/** What an event makes old, by the kind of its subject. A key stands for everything below it. */
const BY_KIND: Record<string, readonly QueryKey[]> = {
  node: [keys.nodes, keys.status],
  workload: [keys.deployments, keys.nodes, keys.stacks],
  deployment: [keys.deployments, keys.stacks, keys.status],
  secret: [keys.secrets],
};

/** Of an unknown kind everything may be old. */
const EVERYTHING: readonly QueryKey[] = [[]];

export function staleKeys(event: Pick<EventItem, 'subject'>): readonly QueryKey[] {
  return BY_KIND[event.subject.kind] ?? EVERYTHING;
}
