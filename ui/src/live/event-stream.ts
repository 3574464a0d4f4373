import { loadSession } from '../api/session';
import type { EventItem } from '../api/types';

export interface StreamHandlers {
  onOpen: () => void;
  onEvents: (events: EventItem[]) => void;
  onLost: () => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Many events in a short time are told of together. */
const GATHER_MS = 250;

/**
 * The stream of events with reconnection. A browser's own gives up on any answer but 200 and waits the same time after each
 * failure; this one goes on behind the last cursor, later and later, and asks whether the session is still there.
 */
export function openEventStream(after: number, handlers: StreamHandlers): () => void {
  let cursor = after;
  let wait = FIRST_WAIT_MS;
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let flush: ReturnType<typeof setTimeout> | undefined;
  let gathered: EventItem[] = [];

  const deliver = () => {
    flush = undefined;
    const events = gathered;
    gathered = [];
    handlers.onEvents(events);
  };

  const lost = () => {
    source?.close();
    handlers.onLost();
    // Spread, so that all pages do not come back at once after a restart.
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    // A stream says nothing about why it was refused. A failure here is the same server that is away.
    loadSession().catch(() => undefined);
  };

  const connect = () => {
    source = new EventSource(`/api/v1/events?after=${cursor}`, { withCredentials: true });
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      handlers.onOpen();
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as EventItem;
      // Several events may share a cursor, and only the last of them carries it as id.
      if (message.lastEventId !== '') cursor = Number(message.lastEventId);
      gathered.push(event);
      flush ??= setTimeout(deliver, GATHER_MS);
    };
    source.onerror = lost;
  };

  connect();
  return () => {
    clearTimeout(retry);
    clearTimeout(flush);
    source?.close();
  };
}
