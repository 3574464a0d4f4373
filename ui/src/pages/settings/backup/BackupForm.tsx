import { Button, Group, PasswordInput, SegmentedControl, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { fetchBackup } from '../../../api/queries/backup';
import { backup as text } from '../../../text/settings';
import { DoneNotice } from '../../../ui/DoneNotice';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { saveFile } from '../../../ui/save-file';
import { formatBytes } from '../../../ui/units';

type Lock = 'passphrase' | 'recipients';

const linesOf = (typed: string) =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

export function BackupForm() {
  const [lock, setLock] = useState<Lock>('passphrase');
  const [passphrase, setPassphrase] = useState('');
  const [recipients, setRecipients] = useState('');
  const ask = useMutation({
    mutationFn: fetchBackup,
    onSuccess: ({ name, content }) => saveFile(name, content),
    // The file is not kept longer than the page that asked for it.
    gcTime: 0,
  });
  const wanted =
    lock === 'passphrase'
      ? { passphrase, recipients: [] }
      : { passphrase: null, recipients: linesOf(recipients) };
  const ready = wanted.recipients.length > 0 || Boolean(wanted.passphrase);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) ask.mutate(wanted);
      }}
    >
      <Stack>
        <SegmentedControl
          aria-label={text.lock}
          value={lock}
          onChange={setLock}
          data={[
            { value: 'passphrase', label: text.passphrase },
            { value: 'recipients', label: text.recipients },
          ]}
        />
        {lock === 'passphrase' ? (
          <PasswordInput
            label={text.passphraseLabel}
            description={text.passphraseHelp}
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            autoComplete="new-password"
          />
        ) : (
          <Textarea
            label={text.recipientsLabel}
            description={text.recipientsHelp}
            placeholder="age1…"
            value={recipients}
            onChange={(event) => setRecipients(event.currentTarget.value)}
            autosize
            minRows={2}
            spellCheck={false}
          />
        )}
        {ask.error && <ErrorNotice error={ask.error} />}
        {ask.data && <DoneNotice>{text.done(ask.data.name, formatBytes(ask.data.content.size))}</DoneNotice>}
        <Group>
          <Button
            type="submit"
            loading={ask.isPending}
            disabled={!ready}
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {text.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
