import { Badge, Button, Card, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionItem } from '../../../api/types';
import { sessionsQuery, useEndSession } from '../../../api/queries/access';
import { access, sessions as text } from '../../../text/access';
import { common } from '../../../text/common';
import { Ago } from '../../../ui/Ago';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { type Column, DataTable } from '../../../ui/DataTable';
import { QueryView } from '../../../ui/QueryView';
import { Until } from '../../../ui/Until';

export function SessionsTab() {
  const query = useQuery(sessionsQuery);
  const [ending, setEnding] = useState<SessionItem>();
  return (
    <>
      <QueryView query={query}>
        {(sessions) => (
          <Card p={0}>
            <SessionTable sessions={sessions} onEnd={setEnding} />
          </Card>
        )}
      </QueryView>
      {ending && <EndSession session={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

interface SessionTableProps {
  sessions: readonly SessionItem[];
  onEnd: (session: SessionItem) => void;
}

function SessionTable({ sessions, onEnd }: SessionTableProps) {
  const columns: readonly Column<SessionItem>[] = [
    {
      header: text.user,
      head: true,
      cell: ({ user, current }) => (
        <Group gap="xs">
          <Text span fw={600} size="sm">
            {user}
          </Text>
          {current && <Badge>{text.current}</Badge>}
        </Group>
      ),
    },
    { header: text.from, cell: ({ from }) => text.froms[from] },
    { header: text.address, cell: ({ address }) => address },
    { header: text.since, cell: (session) => <Ago at={session.created_at} /> },
    { header: text.lastUsed, cell: (session) => <Ago at={session.last_used_at} /> },
    { header: access.expires, cell: (session) => <Until at={session.expires_at} /> },
    {
      header: common.actions,
      end: true,
      // Of one's own session one signs out.
      cell: (session) =>
        !session.current && (
          <Button size="xs" variant="default" onClick={() => onEnd(session)}>
            {text.end}
          </Button>
        ),
    },
  ];
  return <DataTable label={access.tabs.sessions} columns={columns} rows={sessions} rowKey={({ id }) => id} />;
}

function EndSession({ session, onClose }: { session: SessionItem; onClose: () => void }) {
  const end = useEndSession();
  return (
    <ConfirmDialog
      title={text.endTitle(session.user)}
      action={text.end}
      danger
      busy={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(session.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.endHint}</Text>
    </ConfirmDialog>
  );
}
