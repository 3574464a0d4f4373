import type { PlanChange } from '../../api/types';

/** One thing that happens to one replica. */
export interface Step {
  key: string;
  replica: string;
  action: string;
  from?: string;
  to?: string;
  /** The hardware variant that it gets. */
  variant?: string;
  why?: string;
}

/** `cache-0-1ncxm` → `cache-0`: a replica that moves leaves under one name and comes under another. */
const replicaOf = (workload: string) => workload.replace(/-[a-z0-9]{5}$/, '');

/** Changes of a plan with those that belong together joined: what leaves one node and comes to another moves. */
export function stepsOf(changes: readonly PlanChange[]): Step[] {
  const leaving = new Map(
    changes.filter((c) => c.action === 'leave').map((c) => [replicaOf(c.workload), c.node_name]),
  );
  const coming = new Set(changes.filter((c) => c.action !== 'leave').map((c) => replicaOf(c.workload)));
  return changes.flatMap((change): Step[] => {
    const replica = replicaOf(change.workload);
    const common = { key: `${change.workload} ${change.action}`, replica };
    const why = change.why?.summary ? { why: change.why.summary } : {};
    const variant = change.variant ? { variant: change.variant } : {};
    const from = leaving.get(replica);
    if (change.action === 'leave') {
      return coming.has(replica) ? [] : [{ ...common, action: 'leave', from: change.node_name, ...why }];
    }
    if (from !== undefined && from !== change.node_name) {
      return [{ ...common, action: 'move', from, to: change.node_name, ...variant, ...why }];
    }
    return [{ ...common, action: change.action, to: change.node_name, ...variant, ...why }];
  });
}
