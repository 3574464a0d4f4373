import type { Deployment, Node, Phase, Stack, Workload } from '../../api/types';
import { referencesOf } from '../../fleet/references';

export interface PlacedWorkload {
  id: string;
  deployment: string;
  deploymentId: string;
  slot: number;
  replicas: number;
  phase: Phase;
}

export interface Machine {
  id: string;
  name: string;
  node: Node;
  workloads: PlacedWorkload[];
}

export interface Connection {
  /** Ids of workloads. */
  from: string;
  to: string;
}

export interface FleetView {
  machines: Machine[];
  /** Deployments that miss replicas which no node could take. */
  nowhere: { deployment: string; missing: number }[];
  connections: Connection[];
  /** Names of the deployments that one uses, by its name. */
  uses: Map<string, string[]>;
}

/** Between many replicas each line tells the same: then only one of the used ones is shown. */
const MOST_LINES = 12;

function linesBetween(users: readonly Workload[], used: readonly Workload[]): Connection[] {
  const targets = users.length * used.length > MOST_LINES ? used.slice(0, 1) : used;
  return users.flatMap((from) => targets.map((to) => ({ from: from.id, to: to.id })));
}

/** What the map shows, from what the server said. */
export function fleetView(
  nodes: readonly Node[],
  deployments: readonly Deployment[],
  stacks: readonly Stack[],
): FleetView {
  const byNode = new Map<string, PlacedWorkload[]>(nodes.map(({ id }) => [id, []]));
  for (const { id, name, replicas, workloads } of deployments) {
    for (const { id: workload, node, slot, state } of workloads) {
      byNode.get(node)?.push({
        id: workload,
        deployment: name,
        deploymentId: id,
        slot,
        replicas,
        phase: state.phase ?? 'pending',
      });
    }
  }
  const machines = nodes.map((node) => ({
    id: node.id,
    name: node.name,
    node,
    workloads: (byNode.get(node.id) ?? []).sort(
      (a, b) => a.deployment.localeCompare(b.deployment) || a.slot - b.slot,
    ),
  }));
  const nowhere = deployments
    .filter(({ problems }) => problems.some(({ kind }) => kind === 'unplaceable'))
    .map(({ name, replicas, workloads }) => ({
      deployment: name,
      missing: Math.max(1, replicas - workloads.length),
    }));

  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]));
  const uses = new Map<string, string[]>();
  const connections = referencesOf(stacks).flatMap(({ from, to }) => {
    const user = byId.get(from);
    const used = byId.get(to);
    if (!user || !used) return [];
    uses.set(user.name, [...(uses.get(user.name) ?? []), used.name]);
    return linesBetween(user.workloads, used.workloads);
  });
  return { machines: machines.sort((a, b) => a.name.localeCompare(b.name)), nowhere, connections, uses };
}
