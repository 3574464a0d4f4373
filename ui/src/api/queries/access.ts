import { queryOptions } from '@tanstack/react-query';
import type { NewUser, UserChange } from '../types';
import { client, unwrap } from '../client';
import type { Role } from '../types';
import { keys } from './keys';
import { useChange } from './useChange';

/** These have no events: somebody else may change them meanwhile. */
const SLOWLY = 30_000;

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/users', { signal }))).items,
  refetchInterval: SLOWLY,
});

export const apiKeysQuery = queryOptions({
  queryKey: keys.keys,
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/keys', { signal }))).items,
  refetchInterval: SLOWLY,
});

export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/tokens', { signal }))).items,
  refetchInterval: SLOWLY,
});

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/sessions', { signal }))).items,
  refetchInterval: SLOWLY,
});

export const useCreateUser = () =>
  useChange((user: NewUser) => unwrap(client.POST('/api/v1/users', { body: user })), keys.users);

/** Other roles and passwords also end sessions. */
export const useChangeUser = () =>
  useChange(
    ({ name, change }: { name: string; change: UserChange }) =>
      unwrap(client.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body: change })),
    keys.users,
    keys.sessions,
  );

export const useRemoveUser = () =>
  useChange(
    (name: string) => unwrap(client.DELETE('/api/v1/users/{name}', { params: { path: { name } } })),
    keys.users,
    keys.sessions,
  );

export interface NewKey {
  description: string;
  role: Role;
  scope: Record<string, string>;
  ttl_seconds: number | null;
}

export const useCreateKey = () =>
  useChange((key: NewKey) => unwrap(client.POST('/api/v1/keys', { body: key })), keys.keys);

export const useRemoveKey = () =>
  useChange(
    (id: string) => unwrap(client.DELETE('/api/v1/keys/{id}', { params: { path: { id } } })),
    keys.keys,
  );

export const useRemoveToken = () =>
  useChange(
    (id: string) => unwrap(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    keys.tokens,
  );

export const useEndSession = () =>
  useChange(
    (session: string) =>
      unwrap(client.DELETE('/api/v1/sessions/{session}', { params: { path: { session } } })),
    keys.sessions,
  );

export const useChangePassword = () =>
  useChange(
    (words: { old: string; new: string }) => unwrap(client.POST('/api/v1/session/password', { body: words })),
    keys.sessions,
  );
