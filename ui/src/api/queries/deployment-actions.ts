import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { Deployment, PlanAnswer, UpdateDeployment } from '../types';
import { keys } from './keys';

/** Everything that deployments can be told. The answer of a dry run has another form under the same address. */

/** Refuses the change when somebody else was faster: it was decided on what the page showed. */
const seen = (d: Deployment) => ({ 'If-Match': `"${d.generation}"` });
const at = (d: Deployment) => ({ path: { id: d.id } });
const DRY = { query: { dry_run: true } };

const planned = (answer: Promise<unknown>) => answer as Promise<PlanAnswer>;

export const planUpdate = (d: Deployment, change: UpdateDeployment, signal?: AbortSignal) =>
  planned(
    unwrap(
      client.PATCH('/api/v1/deployments/{id}', {
        params: { ...at(d), ...DRY },
        body: change,
        ...(signal && { signal }),
      }),
    ),
  );

export const planRollback = (d: Deployment, revision: number) =>
  planned(
    unwrap(
      client.POST('/api/v1/deployments/{id}/rollback', { params: { ...at(d), ...DRY }, body: { revision } }),
    ),
  );

function useDeploymentMutation<Args extends unknown[]>(run: (...args: Args) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (args: Args) => run(...args),
    gcTime: 0,
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.deployments }),
        queries.invalidateQueries({ queryKey: keys.status }),
      ]),
  });
}

const update = (d: Deployment, change: UpdateDeployment) =>
  unwrap(client.PATCH('/api/v1/deployments/{id}', { params: { ...at(d), header: seen(d) }, body: change }));

const remove = (d: Deployment) =>
  unwrap(client.DELETE('/api/v1/deployments/{id}', { params: { ...at(d), header: seen(d) } }));

const rollback = (d: Deployment, revision: number) =>
  unwrap(
    client.POST('/api/v1/deployments/{id}/rollback', {
      params: { ...at(d), header: seen(d) },
      body: { revision },
    }),
  );

export const useUpdateDeployment = () => useDeploymentMutation(update);
export const useRemoveDeployment = () => useDeploymentMutation(remove);
export const useRollback = () => useDeploymentMutation(rollback);

export const revisionsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.revisions(id),
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/deployments/{id}/revisions', { params: { path: { id } }, signal })))
        .items,
  });

export const outputsQuery = (id: string, reveal: boolean) =>
  queryOptions({
    queryKey: keys.outputs(id, reveal),
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/deployments/{id}/outputs', {
          params: { path: { id }, query: { reveal } },
          signal,
        }),
      ),
    // Passwords are not kept longer than they are shown.
    ...(reveal && { gcTime: 0 }),
  });
