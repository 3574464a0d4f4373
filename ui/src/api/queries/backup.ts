import { client, unwrap } from '../client';
import { keys } from './keys';
import { useChange } from './useChange';

export interface BackupLock {
  passphrase: string | null;
  recipients: string[];
}

export interface BackupFile {
  name: string;
  content: Blob;
}

/** Asks for a backup. It is held in memory until it is saved: browsers cannot stream the answer of a `POST` to a file. */
export async function fetchBackup(lock: BackupLock): Promise<BackupFile> {
  let name = 'miaas.age';
  const asked = client.POST('/api/v1/backup', { body: lock, parseAs: 'blob' });
  const content = await unwrap(
    asked.then((answer) => {
      const said = answer.response.headers.get('content-disposition') ?? '';
      name = /filename="([^"/\\]+)"/.exec(said)?.[1] ?? name;
      return answer;
    }),
  );
  return { name, content: content };
}

/** Seals what is stored with new keys; with `master` also under a new master key. */
export const useRotateKeys = () =>
  useChange(
    (master: boolean) => unwrap(client.POST('/api/v1/seal/rotate', { body: { master } })),
    keys.audit,
  );
