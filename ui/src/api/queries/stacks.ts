import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { ApplyStack, StackAnswer } from '../types';
import { keys } from './keys';
import { useChange } from './useChange';

/** Safety net for what events tell. */
const SLOWLY = 30_000;

const TEXT = { accept: 'application/yaml' };

const at = (name: string) => ({ path: { name } });

export const stacksQuery = queryOptions({
  queryKey: keys.stacks,
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/stacks', { signal }))).items,
  refetchInterval: SLOWLY,
});

export const stackQuery = (name: string) =>
  queryOptions({
    queryKey: keys.stack(name),
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/stacks/{name}', { params: at(name), signal })),
    refetchInterval: SLOWLY,
  });

/** The stack as its `miaas.yaml`. Never an old one: what is written from it would undo what others changed. */
export const stackFileQuery = (name: string) =>
  queryOptions({
    queryKey: keys.stackFile(name),
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/stacks/{name}/file', {
          params: at(name),
          headers: TEXT,
          parseAs: 'text',
          signal,
        }),
      ),
    gcTime: 0,
    staleTime: 0,
  });

/** What applying would do; nothing is changed. */
export const planStack = (name: string, body: ApplyStack): Promise<StackAnswer> =>
  unwrap(client.PUT('/api/v1/stacks/{name}', { params: { ...at(name), query: { dry_run: true } }, body }));

export const useApplyStack = () =>
  useChange(
    ({ name, body }: { name: string; body: ApplyStack }) =>
      unwrap(client.PUT('/api/v1/stacks/{name}', { params: at(name), body })),
    keys.stacks,
    keys.deployments,
    keys.status,
  );

export const useRemoveStack = () =>
  useChange(
    (name: string) => unwrap(client.DELETE('/api/v1/stacks/{name}', { params: at(name) })),
    keys.stacks,
    keys.deployments,
    keys.status,
  );
