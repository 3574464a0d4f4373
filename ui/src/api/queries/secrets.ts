import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import { keys } from './keys';

export const secretsQuery = queryOptions({
  queryKey: keys.secrets,
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/secrets', { signal }))).items,
});

export const secretNamesQuery = queryOptions({
  ...secretsQuery,
  select: (secrets) => secrets.map((secret) => secret.name),
});
