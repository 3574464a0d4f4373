import { client, unwrap } from '../api/client';
import type { EventItem, EventPage } from '../api/types';

/** The newest events, oldest first, and the cursor behind them. */
export async function recentEvents(tail: number): Promise<{ events: EventItem[]; cursor: number }> {
  const answer = client.GET('/api/v1/events', { params: { query: { tail } } });
  // The other form of this route is the stream.
  const { items } = (await unwrap(answer)) as EventPage;
  return { events: items, cursor: items.at(-1)?.cursor ?? 0 };
}
