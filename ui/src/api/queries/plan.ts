import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../client';
import type { CreateDeployment, Deployment } from '../types';
import { keys } from './keys';

/** What creating this would do. Nothing is changed. */
export const planCreate = (wanted: CreateDeployment, signal: AbortSignal) =>
  unwrap(client.POST('/api/v1/plan', { body: wanted, signal }));

/** A key by which the server knows a repeated request. Not `randomUUID`, which plain HTTP does not have. */
export function newRequestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function useCreateDeployment() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ wanted, requestKey }: { wanted: CreateDeployment; requestKey: string }) => {
      const header = { 'Idempotency-Key': requestKey };
      const answer = client.POST('/api/v1/deployments', { params: { header }, body: wanted });
      // The other form of this answer is that of a dry run.
      return (await unwrap(answer)) as Deployment;
    },
    gcTime: 0,
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.deployments }),
        queries.invalidateQueries({ queryKey: keys.status }),
      ]),
  });
}
