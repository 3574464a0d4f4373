import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { CreateWebhook } from '../types';
import { keys } from './keys';
import { useChange } from './useChange';

/** How far the sending has come has no event. */
const OFTEN = 5_000;

const at = (name: string) => ({ path: { name } });

export const webhooksQuery = queryOptions({
  queryKey: keys.webhooks,
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/webhooks', { signal }))).items,
  refetchInterval: OFTEN,
});

export const deadLettersQuery = (name: string) =>
  queryOptions({
    queryKey: keys.deadLetters(name),
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/webhooks/{name}/dead-letters', { params: at(name), signal }))).items,
  });

export const useCreateWebhook = () =>
  useChange(
    (webhook: CreateWebhook) => unwrap(client.POST('/api/v1/webhooks', { body: webhook })),
    keys.webhooks,
  );

export const useRemoveWebhook = () =>
  useChange(
    (name: string) => unwrap(client.DELETE('/api/v1/webhooks/{name}', { params: at(name) })),
    keys.webhooks,
  );

export const useTestWebhook = () =>
  useChange((name: string) => unwrap(client.POST('/api/v1/webhooks/{name}/test', { params: at(name) })));

export const useRedeliver = () =>
  useChange(
    (name: string) =>
      unwrap(client.POST('/api/v1/webhooks/{name}/dead-letters/redeliver', { params: at(name) })),
    keys.webhooks,
  );

export const useForgetDeadLetters = () =>
  useChange(
    (name: string) => unwrap(client.DELETE('/api/v1/webhooks/{name}/dead-letters', { params: at(name) })),
    keys.webhooks,
  );
