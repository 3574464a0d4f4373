import type { RejectReason } from '../api/types';

export const problems = {
  kinds: {
    unplaceable: 'No node can take it',
    workload: 'A replica does not run as it should',
    update: 'The update cannot go on',
    render: 'It cannot be rendered',
    node: 'Its node is not as wanted',
    move: 'It cannot move',
  } as Record<string, string>,
  other: 'A problem',
  wouldHelp: 'What would help',
} as const;

export const explain = {
  where: (node: string) => `Why ${node}`,
  candidates: 'Nodes that could take it',
  candidatesHint: 'The highest score wins. Each column is one part of it.',
  node: 'Node',
  score: 'Score',
  chosen: 'chosen',
  rejected: 'Why not the others',
  excluded: (count: number, what: string) => `${count} ${what}`,
  strategy: (name: string) => `Decided by the strategy ${name}.`,
  considered: (count: number) => (count === 1 ? '1 node was considered.' : `${count} nodes were considered.`),
  whyNot: (shown: number) =>
    shown === 1 ? 'Why this node cannot' : `Why each of these ${shown} nodes cannot`,
} as const;

const list = (words: readonly string[]) => words.join(', ') || 'nothing';

/** One reason why a node cannot take a workload. */
export function reasonWords(r: RejectReason): string {
  switch (r.reason) {
    case 'not_schedulable':
      return `takes no work: it is ${r.status}`;
    case 'insufficient':
      return `too little ${r.resource}: ${r.needed} needed, ${r.free} of ${r.total} free`;
    case 'label':
      return r.found == null
        ? `has no label ${r.key}, ${r.wanted} is asked for`
        : `its label ${r.key} is ${r.found}, ${r.wanted} is asked for`;
    case 'taint':
      return `has the taint ${r.value ? `${r.key}=${r.value}` : r.key}`;
    case 'port_taken':
      return `port ${r.port}/${r.protocol} is taken by ${r.by}`;
    case 'executor':
      return `runs ${list(r.offered)}, ${list(r.needed)} is needed`;
    case 'architecture':
      return `is ${r.found}, ${list(r.needed)} is needed`;
    case 'other_node':
      return `${r.wanted} is asked for`;
    case 'volume':
      return `the data is on ${r.on}`;
    case 'affinity':
      return `${r.deployment} is not at ${r.place}`;
    case 'anti_affinity':
      return `${r.count} of ${r.deployment} are at ${r.place}`;
    case 'skew':
      return `would be ${r.count} at ${r.label} ${r.value ?? 'none'}, the least has ${r.least}, and ${r.max} more are allowed`;
    case 'max_per_node':
      return `has ${r.count} of it already, ${r.max} are allowed`;
    case 'avoided':
      return `is avoided: ${r.why}`;
    case 'other':
      return r.message;
  }
}
