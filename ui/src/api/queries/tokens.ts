import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import { keys } from './keys';

export interface NewToken {
  labels: Record<string, string>;
  uses: number;
  ttl_seconds: number;
}

/** Makes a join token. The answer is the only place where it is shown. */
export function useCreateToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: NewToken) => unwrap(client.POST('/api/v1/tokens', { body: token })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.tokens }),
    // A secret is not kept longer than the page that shows it.
    gcTime: 0,
  });
}
