import { queryOptions } from '@tanstack/react-query';
import { PAGE_LIMIT, client, fetchAll, unwrap } from '../client';
import type { EventPage } from '../types';
import { keys } from './keys';

/** The whole log, oldest first: the server keeps ten thousand events. What is new comes over the stream. */
export const eventLogQuery = queryOptions({
  queryKey: keys.events,
  queryFn: ({ signal }) =>
    fetchAll(async (after) => {
      const query = { limit: PAGE_LIMIT, ...(after && { after: Number(after) }) };
      // The other form of this route is the stream.
      return (await unwrap(client.GET('/api/v1/events', { params: { query }, signal }))) as EventPage;
    }),
  staleTime: 60_000,
});
