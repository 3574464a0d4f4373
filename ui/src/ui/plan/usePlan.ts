import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ApiError, asApiError } from '../../api/errors';
import type { PlanAnswer } from '../../api/types';

/** Long enough not to ask at every key, short enough to feel immediate. */
const SETTLE_MS = 400;

export interface PlanState {
  plan: PlanAnswer | undefined;
  error: ApiError | null;
  /** Whether the plan is not yet that of what is typed. */
  stale: boolean;
}

type Ask<T> = (wanted: T, signal: AbortSignal) => Promise<PlanAnswer>;

/**
 * The plan of what is typed, asked for once the typing rests. `about` names the question in the cache; `undefined` is
 * something that cannot be asked about.
 */
export function usePlan<T>(about: readonly string[], wanted: T | undefined, ask: Ask<T>): PlanState {
  // Equal documents made anew are the same question.
  const text = wanted && JSON.stringify(wanted);
  const [settled] = useDebouncedValue(text, SETTLE_MS);
  const query = useQuery({
    queryKey: ['plan', ...about, settled],
    queryFn: ({ signal }) => ask(JSON.parse(settled ?? 'null') as T, signal),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
    // It may hold passwords that were typed: it goes with the page.
    gcTime: 0,
  });
  return {
    plan: query.data,
    error: query.error ? asApiError(query.error) : null,
    stale: text !== settled || query.isFetching,
  };
}
