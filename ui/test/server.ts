import { vi } from 'vitest';

type Handler = (request: Request) => Response | Promise<Response>;

/** Answers `METHOD /path` in place of a server. What nobody answers fails the test. */
export function fakeServer(routes: Record<string, Handler>) {
  const calls: Request[] = [];
  const fetch = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const address = typeof input === 'string' ? new URL(input, 'http://miaas.test') : input;
    const request = new Request(address, init);
    calls.push(request.clone());
    const { pathname } = new URL(request.url);
    const handler = routes[`${request.method} ${pathname}`];
    if (!handler) throw new Error(`the test has no answer to ${request.method} ${pathname}`);
    return handler(request);
  });
  vi.stubGlobal('fetch', fetch);
  return { calls };
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

export const refusal = (status: number, error: Record<string, unknown>) => json({ error }, status);
