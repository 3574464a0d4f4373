import { CSRF_HEADER } from './client';
import { errorOf, unreachable } from './errors';
import { sessionStore } from './session-store';
import type { Role } from './types';

/** The whole contract of signing in; nothing else of the page knows its routes. */

export interface Session {
  user: string;
  role: Role;
  /** Labels that limit which deployments are shown; empty without a limit. */
  scope: Record<string, string>;
  csrf: string;
  expires_at: string | null;
  from: 'password' | 'key' | 'oidc';
}

export interface SignInMethods {
  password: boolean;
  key: boolean;
  oidc: { name: string; path: string } | null;
}

export type Credentials = { user: string; password: string } | { key: string } | { code: string };

const SESSION = '/api/v1/session';

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (init.body !== undefined) headers.set('content-type', 'application/json');
  try {
    return await fetch(path, { ...init, headers });
  } catch (error) {
    throw unreachable(error);
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not the server's own answer; `errorOf` says so.
    return undefined;
  }
}

async function demand<T>(response: Response): Promise<T> {
  const body = await bodyOf(response);
  if (!response.ok) throw errorOf(response, body);
  return body as T;
}

/** Asks the server who is signed in, and remembers it. */
export async function loadSession(): Promise<void> {
  const response = await call(SESSION);
  if (response.status === 401) {
    if (sessionStore.current() === undefined) sessionStore.signedOut();
    else sessionStore.refused();
    return;
  }
  sessionStore.signedIn(await demand<Session>(response));
}

export async function signIn(credentials: Credentials): Promise<Session> {
  const response = await call(SESSION, { method: 'POST', body: JSON.stringify(credentials) });
  const session = await demand<Session>(response);
  sessionStore.signedIn(session);
  return session;
}

export async function signOut(): Promise<void> {
  const csrf = sessionStore.current()?.csrf ?? '';
  const response = await call(SESSION, { method: 'DELETE', headers: { [CSRF_HEADER]: csrf } });
  if (!response.ok && response.status !== 401) throw errorOf(response, await bodyOf(response));
  sessionStore.signedOut();
}

export async function signInMethods(): Promise<SignInMethods> {
  return demand<SignInMethods>(await call(`${SESSION}/methods`));
}

/** Where a sign-in at the identity provider begins; it comes back to `to`. */
export function oidcAddress(path: string, to: string): string {
  return `${path}?${new URLSearchParams({ to }).toString()}`;
}
