import { useSyncExternalStore } from 'react';

/** One clock for all that shows how long ago something was. */
const TICK_MS = 5_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since 1970, a few seconds old at most while something shows it. */
export const useNow = () => useSyncExternalStore(subscribe, snapshot);

function snapshot(): number {
  // Nothing ticked while nobody looked.
  if (timer === undefined) now = Date.now();
  return now;
}
