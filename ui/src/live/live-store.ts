import type { EventItem } from '../api/types';

/** Whether what is shown is what the server says now. */
export type LiveState =
  | { phase: 'connecting' }
  | { phase: 'live' }
  /** This session may not read events (it is limited to some deployments): what is shown is asked for now and then. */
  | { phase: 'polling' }
  | { phase: 'stale'; since: Date };

type Listener = () => void;

/** How many events the page remembers; older ones are on the page of events. */
const KEPT = 500;

class LiveStore {
  #state: LiveState = { phase: 'connecting' };
  #events: readonly EventItem[] = [];
  readonly #listeners = new Set<Listener>();

  readonly state = (): LiveState => this.#state;
  /** Newest first. */
  readonly events = (): readonly EventItem[] => this.#events;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  live(): void {
    this.#setState({ phase: 'live' });
  }

  refused(): void {
    this.#setState({ phase: 'polling' });
  }

  /** Away since the first time that it was noticed. */
  lost(now: Date): void {
    if (this.#state.phase !== 'stale') this.#setState({ phase: 'stale', since: now });
  }

  /** Events come oldest first, and after a reconnect some may come twice. */
  add(events: readonly EventItem[]): void {
    const known = new Set(this.#events.map((event) => event.id));
    const fresh = events.filter((event) => !known.has(event.id)).reverse();
    if (fresh.length === 0) return;
    this.#events = [...fresh, ...this.#events].slice(0, KEPT);
    this.#tell();
  }

  reset(): void {
    this.#events = [];
    this.#setState({ phase: 'connecting' });
  }

  #setState(state: LiveState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const liveStore = new LiveStore();
