import type { PlacementPolicy } from '../../../api/types';
import { placement as text } from '../../../text/placement';

/** What a policy asks for, in words; undefined when it asks for nothing. */
export function placementWords(policy: PlacementPolicy): string | undefined {
  const labels = Object.entries(policy.node_selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const words = [
    policy.node && text.node(policy.node),
    labels.length > 0 && text.labels(labels.join(', ')),
    policy.max_per_node != null && text.maxPerNode(policy.max_per_node),
    policy.spread_by && text.spread(policy.spread_by),
    policy.exclusive && text.exclusive,
    policy.strategy && text.strategy(policy.strategy),
    ...(policy.affinity ?? []).map((term) => text.near(term.deployment)),
    ...(policy.anti_affinity ?? []).map((term) => text.apart(term.deployment)),
    policy.on_node_loss === 'stay' && text.stay,
  ].filter(Boolean);
  return words.length > 0 ? words.join('; ') : undefined;
}
