import type { Session } from './session';

/**
 * Where this page stands with the server. `ended` means that the session is over while pages are open: they stay as they
 * are, with all that was typed, under the question to sign in again.
 */
export type SessionState =
  | { phase: 'unknown' }
  | { phase: 'out' }
  | { phase: 'in'; session: Session }
  | { phase: 'ended'; session: Session };

type Listener = () => void;

class SessionStore {
  #state: SessionState = { phase: 'unknown' };
  readonly #listeners = new Set<Listener>();

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  current(): Session | undefined {
    return 'session' in this.#state ? this.#state.session : undefined;
  }

  signedIn(session: Session): void {
    this.#set({ phase: 'in', session });
  }

  signedOut(): void {
    this.#set({ phase: 'out' });
  }

  /** The server knows no session any more. */
  refused(): void {
    if (this.#state.phase === 'in') this.#set({ phase: 'ended', session: this.#state.session });
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const sessionStore = new SessionStore();
