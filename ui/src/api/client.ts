import createClient, { type Middleware } from 'openapi-fetch';
import { errorOf, unreachable } from './errors';
import type { paths } from './schema';
import { sessionStore } from './session-store';

/** Header by which the server knows that a change was meant by this page and not by another site. */
export const CSRF_HEADER = 'x-miaas-csrf';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const signed: Middleware = {
  onRequest({ request }) {
    const session = sessionStore.current();
    if (session && !SAFE.has(request.method)) request.headers.set(CSRF_HEADER, session.csrf);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) sessionStore.refused();
    return response;
  },
  onError: ({ error }) => unreachable(error),
};

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  // Looked up at every call, so that tests can put another one in its place.
  fetch: (request) => globalThis.fetch(request),
});
client.use(signed);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or its error thrown. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw errorOf(response, error);
  return data as T;
}

interface Page<T> {
  items: T[];
  next?: string | null;
}

/** The most that the server gives in one page. */
export const PAGE_LIMIT = 1000;

/** All items of a list, page by page. */
export async function fetchAll<T>(fetchPage: (after: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await fetchPage(after);
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}
