import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ApiError, asApiError } from '../../../api/errors';
import { planQuery } from '../../../api/queries/plan';
import type { CreateDeployment, PlanAnswer } from '../../../api/types';

/** Long enough not to ask at every key, short enough to feel immediate. */
const SETTLE_MS = 400;

export interface PlanState {
  plan: PlanAnswer | undefined;
  error: ApiError | null;
  /** Whether the plan is not yet that of what is typed. */
  stale: boolean;
}

/** The plan of what is typed, asked for once the typing rests. */
export function usePlan(wanted: CreateDeployment | undefined): PlanState {
  // Equal documents made anew are the same question.
  const text = wanted && JSON.stringify(wanted);
  const [settled] = useDebouncedValue(text, SETTLE_MS);
  const asked = useMemo(
    () => (settled === undefined ? {} : (JSON.parse(settled) as CreateDeployment)),
    [settled],
  );
  const query = useQuery({
    ...planQuery(asked),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
  });
  return {
    plan: query.data,
    error: query.error ? asApiError(query.error) : null,
    stale: text !== settled || query.isFetching,
  };
}
