import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { ApiError } from '../api/errors';
import type { EventItem } from '../api/types';
import { openEventStream } from './event-stream';
import { liveStore } from './live-store';
import { recentEvents } from './recent-events';
import { staleKeys } from './stale-keys';

const KEPT = 500;
const AGAIN_MS = 5_000;

/** Keeps the whole page live for as long as it is mounted: one stream, whatever is shown. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let close: (() => void) | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    let wasLost = false;

    const onEvents = (events: EventItem[]) => {
      liveStore.add(events);
      const stale = new Map(events.flatMap(staleKeys).map((key) => [JSON.stringify(key), key]));
      for (const queryKey of stale.values()) void queries.invalidateQueries({ queryKey });
    };
    const onOpen = () => {
      liveStore.live();
      // Not everything has an event: after a gap all that is shown is asked for again.
      if (wasLost) void queries.invalidateQueries();
      wasLost = false;
    };
    const onLost = () => {
      wasLost = true;
      liveStore.lost(new Date());
    };
    const start = async () => {
      const { events, cursor } = await recentEvents(KEPT);
      if (stopped) return;
      liveStore.add(events);
      close = openEventStream(cursor, { onOpen, onEvents, onLost });
    };
    const begin = () => {
      start().catch((error: unknown) => {
        if (stopped) return;
        if (error instanceof ApiError && error.status === 403) {
          liveStore.refused();
          return;
        }
        onLost();
        again = setTimeout(begin, AGAIN_MS);
      });
    };
    begin();
    return () => {
      stopped = true;
      clearTimeout(again);
      close?.();
      liveStore.reset();
    };
  }, [queries]);
}

export const useLiveState = () => useSyncExternalStore(liveStore.subscribe, liveStore.state);

/** The newest events, newest first. */
export const useRecentEvents = () => useSyncExternalStore(liveStore.subscribe, liveStore.events);
