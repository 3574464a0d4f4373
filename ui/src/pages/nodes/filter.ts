import type { Node } from '../../api/types';

/** Everything of a node that a search looks at. */
function wordsOf(node: Node): string {
  const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
  const gpus = (node.gpus ?? []).map((gpu) => gpu.model ?? '');
  return [node.name, node.ip, ...labels, ...gpus].join(' ').toLowerCase();
}

/** Nodes in this state that have every word of the search. */
export function filterNodes(nodes: readonly Node[], search: string, status: string): Node[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return nodes.filter((node) => {
    if (status !== '' && node.status !== status) return false;
    const text = wordsOf(node);
    return words.every((word) => text.includes(word));
  });
}
