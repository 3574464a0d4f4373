import type { Deployment } from '../../api/types';

/** Everything of a deployment that a search looks at. */
function wordsOf(d: Deployment): string {
  const labels = Object.entries(d.labels).map(([key, value]) => `${key}=${value}`);
  const workloads = d.workloads.flatMap((workload) => [workload.id, workload.node_name ?? '']);
  return [d.name, d.template, ...labels, ...workloads].join(' ').toLowerCase();
}

/** Deployments in this state that have every word of the search. */
export function filterDeployments(all: readonly Deployment[], search: string, status: string): Deployment[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((deployment) => {
    if (status !== '' && deployment.status !== status) return false;
    const text = wordsOf(deployment);
    return words.every((word) => text.includes(word));
  });
}
