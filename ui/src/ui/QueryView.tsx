import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { app } from '../text/app';
import { ErrorNotice } from './ErrorNotice';

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  /** The shape of what will be there. */
  skeleton?: ReactNode;
  /** What stands in place of an error, for example of a thing that is gone. Nothing: the usual notice. */
  onError?: (error: Error, last: T | undefined) => ReactNode;
  children: (data: T) => ReactNode;
}

/** A query on its way, failed, or there. What was shown stays when asking again fails, with the reason above it. */
export function QueryView<T>({ query, skeleton, onError, children }: QueryViewProps<T>) {
  const { data, error, isPending, refetch } = query;
  if (isPending) {
    return (
      <div role="status" aria-busy="true" aria-label={app.loading}>
        {skeleton ?? <RowsSkeleton />}
      </div>
    );
  }
  if (error) {
    const special = onError?.(error, data);
    if (special !== undefined) return special;
  }
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} mb="md" />}
      {data !== undefined && children(data)}
    </>
  );
}

export function RowsSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Stack gap="sm">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} h={44} />
      ))}
    </Stack>
  );
}
