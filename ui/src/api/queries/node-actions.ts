import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { Node, PlanAnswer } from '../types';
import { keys } from './keys';

/** Everything that nodes can be told. The answer of a dry run has another form under the same address. */

const at = (id: string) => ({ path: { id } });
const dry = (id: string) => ({ ...at(id), query: { dry_run: true } });

const planned = (answer: Promise<unknown>) => answer as Promise<PlanAnswer>;

export const planDrain = (id: string, seconds: number | null) =>
  planned(
    unwrap(client.POST('/api/v1/nodes/{id}/drain', { params: dry(id), body: { deadline_seconds: seconds } })),
  );

export const planRemoveNode = (id: string) =>
  planned(
    unwrap(
      client.DELETE('/api/v1/nodes/{id}', { params: { ...at(id), query: { dry_run: true, force: true } } }),
    ),
  );

const actions = {
  cordon: (id: string) => unwrap(client.POST('/api/v1/nodes/{id}/cordon', { params: at(id) })),
  uncordon: (id: string) => unwrap(client.POST('/api/v1/nodes/{id}/uncordon', { params: at(id) })),
  approve: (id: string) => unwrap(client.POST('/api/v1/nodes/{id}/approve', { params: at(id) })),
  drain: (id: string, seconds: number | null) =>
    unwrap(client.POST('/api/v1/nodes/{id}/drain', { params: at(id), body: { deadline_seconds: seconds } })),
  labels: (id: string, set: Record<string, string>, remove: string[]) =>
    unwrap(client.PATCH('/api/v1/nodes/{id}/labels', { params: at(id), body: { set, remove } })),
  remove: (id: string) =>
    unwrap(client.DELETE('/api/v1/nodes/{id}', { params: { ...at(id), query: { force: true } } })),
} as const;

/** Tells a node something and asks for everything about nodes again once the server has answered. */
function useNodeMutation<Args extends unknown[]>(run: (...args: Args) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (args: Args) => run(...args),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.nodes }),
        queries.invalidateQueries({ queryKey: keys.deployments }),
        queries.invalidateQueries({ queryKey: keys.status }),
      ]),
  });
}

export const useCordon = () => useNodeMutation(actions.cordon);
export const useUncordon = () => useNodeMutation(actions.uncordon);
export const useApprove = () => useNodeMutation(actions.approve);
export const useDrain = () => useNodeMutation(actions.drain);
export const useSetLabels = () => useNodeMutation(actions.labels);
export const useRemoveNode = () => useNodeMutation(actions.remove);

/** What changing the labels from one to the other takes. */
export function labelChange(before: Node['labels'], after: Node['labels']) {
  return { set: after, remove: Object.keys(before).filter((key) => !(key in after)) };
}
