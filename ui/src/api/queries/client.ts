import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../errors';

const TRIES = 3;

/** Asks again only where the same question may get another answer. */
function retry(failures: number, error: Error): boolean {
  return error instanceof ApiError && error.passes && failures < TRIES;
}

/** As long as the server asks for, else a second, two, four. */
function retryDelay(failures: number, error: Error): number {
  const asked = error instanceof ApiError ? error.detail.retryAfter : undefined;
  return (asked ?? 2 ** failures) * 1000;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry, retryDelay, staleTime: 5_000 },
      mutations: { retry: false },
    },
  });
}
