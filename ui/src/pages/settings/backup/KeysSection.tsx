import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useRotateKeys } from '../../../api/queries/backup';
import { sealKeys as text } from '../../../text/settings';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { DoneNotice } from '../../../ui/DoneNotice';
import { Section } from '../../../ui/Section';

/** New keys for what is stored. */
export function KeysSection() {
  const [asking, setAsking] = useState(false);
  const [master, setMaster] = useState(false);
  const rotate = useRotateKeys();
  const close = () => setAsking(false);
  return (
    <Section title={text.title} lead={text.lead}>
      <Stack>
        {rotate.data && <DoneNotice>{text.done(rotate.data.objects, rotate.data.master_key)}</DoneNotice>}
        <Group>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            {text.ask}
          </Button>
        </Group>
      </Stack>
      {asking && (
        <ConfirmDialog
          title={text.ask}
          action={text.action}
          busy={rotate.isPending}
          error={rotate.error}
          onConfirm={() => rotate.mutate(master, { onSuccess: close })}
          onClose={close}
        >
          <Text size="sm">{text.hint}</Text>
          <Checkbox
            label={text.master}
            description={text.masterHelp}
            checked={master}
            onChange={(event) => setMaster(event.currentTarget.checked)}
          />
        </ConfirmDialog>
      )}
    </Section>
  );
}
