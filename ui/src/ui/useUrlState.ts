import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** One value of the address, so that what is shown can be linked. The fallback is left out of the address. */
export function useUrlState(name: string, fallback = ''): [value: string, set: (value: string) => void] {
  const [params, setParams] = useSearchParams();
  const value = params.get(name) ?? fallback;
  const set = useCallback(
    (next: string) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (next === fallback) after.delete(name);
          else after.set(name, next);
          return after;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [setParams, name, fallback],
  );
  return [value, set];
}
