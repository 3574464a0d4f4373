import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';

/** Changes something, and asks again for what that makes old once the server has answered. */
export function useChange<Wanted, Answer>(
  run: (wanted: Wanted) => Promise<Answer>,
  ...stale: readonly QueryKey[]
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () => Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey }))),
    // Answers may hold secrets, which are not kept longer than what shows them.
    gcTime: 0,
  });
}
