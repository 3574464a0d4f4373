import type { Deployment, FleetStatus, Node } from '../../api/types';
import { overview as text } from '../../text/overview';
import { formatMib } from '../../ui/units';

/** Something that a person should look at, and where. */
export interface Concern {
  key: string;
  tone: 'bad' | 'warn';
  title: string;
  detail: string;
  to: string;
}

/** Below this share of free space pulls of images begin to fail. */
const LEAST_DISK_SHARE = 0.05;

const RANK = { bad: 0, warn: 1 } as const;

/** What needs attention, the worst first. */
export function concernsOf(
  status: FleetStatus,
  nodes: readonly Node[],
  deployments: readonly Deployment[],
): Concern[] {
  const guard: Concern[] = status.guard
    ? [{ key: 'guard', tone: 'bad', title: text.guardTitle, detail: status.guard, to: '/nodes' }]
    : [];
  const all = [...guard, ...nodes.flatMap(ofNode), ...deployments.flatMap(ofDeployment)];
  return all.sort((a, b) => RANK[a.tone] - RANK[b.tone]);
}

function ofNode(node: Node): Concern[] {
  const at = { key: node.id, to: `/nodes/${node.name}` };
  const { name } = node;
  switch (node.status) {
    case 'pending':
      return [{ ...at, tone: 'warn', title: text.nodePending(name), detail: text.nodePendingHint }];
    case 'offline':
      return [{ ...at, tone: 'bad', title: text.nodeOffline(name), detail: text.nodeOfflineHint }];
    case 'unreachable':
      return [{ ...at, tone: 'warn', title: text.nodeUnreachable(name), detail: text.nodeUnreachableHint }];
    case 'online':
    case 'draining':
    case 'cordoned': {
      const free = node.usage.disk_free_mb ?? undefined;
      const total = node.capabilities.disks?.[0]?.total_mb ?? 0;
      if (free === undefined || free >= total * LEAST_DISK_SHARE) return [];
      return [
        { ...at, tone: 'warn', title: text.nodeDisk(name), detail: text.nodeDiskHint(formatMib(free)) },
      ];
    }
  }
}

function ofDeployment(deployment: Deployment): Concern[] {
  const { name, status, problems, rollout } = deployment;
  const at = { key: deployment.id, to: `/deployments/${name}` };
  const detail =
    problems[0]?.message ?? rollout?.reason ?? text.readyOf(deployment.ready, deployment.replicas);
  if (rollout?.phase === 'failed') return [{ ...at, tone: 'bad', title: text.rolloutFailed(name), detail }];
  if (rollout?.phase === 'rolled_back')
    return [{ ...at, tone: 'warn', title: text.rolledBack(name), detail }];
  if (status === 'degraded') return [{ ...at, tone: 'bad', title: text.deploymentDegraded(name), detail }];
  if (problems.length > 0) return [{ ...at, tone: 'warn', title: text.deploymentWaits(name), detail }];
  return [];
}
