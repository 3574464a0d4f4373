import { PAGE_LIMIT, client, unwrap } from '../api/client';
import type { EventItem, EventPage } from '../api/types';

const CURSOR = 'miaas.events.cursor';

/**
 * The newest events and the cursor behind them. The log is given oldest first and holds ten thousand, so it is walked once
 * in a tab; the next time the walk begins where the last one ended.
 */
export async function recentEvents(keep: number): Promise<{ events: EventItem[]; cursor: number }> {
  const saved = Number(sessionStorage.getItem(CURSOR) ?? 0);
  const found = await walk(saved, keep);
  // Nothing behind a cursor that had events behind it: the log is another one, for example of a restored server.
  const { events, cursor } = found.events.length === 0 && saved > 0 ? await walk(0, keep) : found;
  sessionStorage.setItem(CURSOR, String(events.at(0)?.cursor ?? 0));
  return { events, cursor };
}

async function walk(from: number, keep: number): Promise<{ events: EventItem[]; cursor: number }> {
  let after = from;
  let events: EventItem[] = [];
  for (;;) {
    const answer = client.GET('/api/v1/events', { params: { query: { after, limit: PAGE_LIMIT } } });
    // The other form of this route is the stream.
    const page = (await unwrap(answer)) as EventPage;
    events = [...events, ...page.items].slice(-keep);
    if (page.next == null) break;
    after = Number(page.next);
  }
  return { events, cursor: events.at(-1)?.cursor ?? after };
}
