import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { deadLettersQuery, useForgetDeadLetters, useRedeliver } from '../../../api/queries/webhooks';
import type { DeadLetter } from '../../../api/types';
import { settings, webhooks as text } from '../../../text/settings';
import { Ago } from '../../../ui/Ago';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { type Column, DataTable } from '../../../ui/DataTable';
import { EmptyState } from '../../../ui/EmptyState';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { QueryView } from '../../../ui/QueryView';
import { Section } from '../../../ui/Section';

const COLUMNS: readonly Column<DeadLetter>[] = [
  {
    header: text.event,
    head: true,
    cell: ({ event }) => (
      <>
        <Text size="sm">{event.message}</Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {event.reason}
        </Text>
      </>
    ),
  },
  { header: text.error, cell: ({ error }) => error },
  { header: text.tries, end: true, cell: ({ tries }) => tries },
  { header: text.at, cell: ({ at }) => <Ago at={at} /> },
];

/** What one webhook could not deliver. */
export function DeadLetters() {
  const { name = '' } = useParams();
  return (
    <Stack>
      <Anchor component={Link} to="/settings/webhooks" size="sm">
        {settings.tabs.webhooks}
      </Anchor>
      <QueryView query={useQuery(deadLettersQuery(name))}>
        {(letters) =>
          letters.length === 0 ? (
            <EmptyState icon={IconCircleCheck} title={text.deadNone} text={text.deadLead} />
          ) : (
            <Section
              title={text.deadTitle(name)}
              lead={text.deadLead}
              flush
              actions={<LetterActions name={name} />}
            >
              <DataTable
                label={text.deadTitle(name)}
                columns={COLUMNS}
                rows={letters}
                rowKey={({ event }) => event.id}
              />
            </Section>
          )
        }
      </QueryView>
    </Stack>
  );
}

function LetterActions({ name }: { name: string }) {
  const [forgetting, setForgetting] = useState(false);
  const redeliver = useRedeliver();
  const forget = useForgetDeadLetters();
  const send = () =>
    redeliver.mutate(name, {
      onSuccess: ({ delivered = 0, left = 0, error }) =>
        notifications.show({
          title: text.redelivered(delivered, left),
          message: error ?? '',
          ...(error != null && { color: 'red', autoClose: false }),
        }),
    });
  return (
    <>
      <Group gap="xs">
        <Button size="xs" loading={redeliver.isPending} onClick={send}>
          {text.redeliver}
        </Button>
        <Button size="xs" variant="default" onClick={() => setForgetting(true)}>
          {text.forget}
        </Button>
      </Group>
      {redeliver.error && <ErrorNotice error={redeliver.error} />}
      {forgetting && (
        <ConfirmDialog
          title={text.forgetTitle}
          action={text.forget}
          danger
          busy={forget.isPending}
          error={forget.error}
          onConfirm={() => forget.mutate(name, { onSuccess: () => setForgetting(false) })}
          onClose={() => setForgetting(false)}
        >
          <Text>{text.forgetHint}</Text>
        </ConfirmDialog>
      )}
    </>
  );
}
