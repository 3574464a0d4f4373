import { client, unwrap } from '../client';
import { keys } from './keys';
import { useChange } from './useChange';

const at = (name: string) => ({ path: { name } });

export const useStoreSecret = () =>
  useChange(
    ({ name, value }: { name: string; value: string }) =>
      unwrap(client.PUT('/api/v1/secrets/{name}', { params: at(name), body: { value } })),
    keys.secrets,
  );

export const useRemoveSecret = () =>
  useChange(
    (name: string) => unwrap(client.DELETE('/api/v1/secrets/{name}', { params: at(name) })),
    keys.secrets,
  );
