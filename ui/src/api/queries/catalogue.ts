import { queryOptions } from '@tanstack/react-query';
import { client, fetchAll, unwrap } from '../client';
import { keys } from './keys';

/** Templates change when the server starts or reads its catalogues again, which is seldom. */
const SELDOM = 5 * 60_000;

export const templatesQuery = queryOptions({
  queryKey: keys.templates,
  queryFn: ({ signal }) => fetchAll(() => unwrap(client.GET('/api/v1/templates', { signal }))),
  staleTime: SELDOM,
});

export const templateQuery = (name: string) =>
  queryOptions({
    queryKey: keys.template(name),
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/v1/templates/{name}', { params: { path: { name } }, signal })),
    staleTime: SELDOM,
  });
