import { queryOptions } from '@tanstack/react-query';
import { PAGE_LIMIT, client, fetchAll, unwrap } from '../client';
import type { Deployment } from '../types';
import { keys } from './keys';

/** Heartbeats and use of resources have no events: nodes report about every five seconds. */
const NODES_EVERY = 5_000;
/** Bytes that were pulled have no events either. */
const PROGRESS_EVERY = 2_000;
/** Safety net for everything that events tell. */
const SLOWLY = 30_000;

const changing = (d: Deployment) =>
  d.status === 'progressing' || d.status === 'removing' || d.rollout?.phase === 'progressing';

export const statusQuery = queryOptions({
  queryKey: keys.status,
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/status', { signal })),
  refetchInterval: SLOWLY,
});

export const nodesQuery = queryOptions({
  queryKey: keys.nodes,
  queryFn: ({ signal }) =>
    fetchAll((after) =>
      unwrap(
        client.GET('/api/v1/nodes', {
          params: { query: { limit: PAGE_LIMIT, ...(after && { after }) } },
          signal,
        }),
      ),
    ),
  refetchInterval: NODES_EVERY,
});

export const nodeQuery = (id: string) =>
  queryOptions({
    queryKey: keys.node(id),
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/nodes/{id}', { params: { path: { id } }, signal })),
    refetchInterval: NODES_EVERY,
  });

export const deploymentsQuery = queryOptions({
  queryKey: keys.deployments,
  queryFn: ({ signal }) =>
    fetchAll((after) =>
      unwrap(
        client.GET('/api/v1/deployments', {
          params: { query: { limit: PAGE_LIMIT, ...(after && { after }) } },
          signal,
        }),
      ),
    ),
  refetchInterval: ({ state }) => (state.data?.some(changing) ? PROGRESS_EVERY : SLOWLY),
});

export const deploymentQuery = (id: string) =>
  queryOptions({
    queryKey: keys.deployment(id),
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/v1/deployments/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && changing(state.data) ? PROGRESS_EVERY : SLOWLY),
  });
