import { Button, Card, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconServer2, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { tokensQuery, useRemoveToken } from '../../../api/queries/access';
import type { JoinToken } from '../../../api/types';
import { access, tokens as text } from '../../../text/access';
import { common } from '../../../text/common';
import { Ago } from '../../../ui/Ago';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { type Column, DataTable } from '../../../ui/DataTable';
import { EmptyState } from '../../../ui/EmptyState';
import { LabelList } from '../../../ui/LabelList';
import { QueryView } from '../../../ui/QueryView';
import { RowMenu } from '../../../ui/RowMenu';
import { Until } from '../../../ui/Until';

export function TokensTab() {
  const query = useQuery(tokensQuery);
  const [removing, setRemoving] = useState<JoinToken>();
  const add = (
    <Button component={Link} to="/nodes/add" leftSection={<IconPlus size={16} aria-hidden />}>
      {text.add}
    </Button>
  );
  return (
    <>
      <QueryView query={query}>
        {(tokens) =>
          tokens.length === 0 ? (
            <EmptyState icon={IconServer2} title={text.emptyTitle} text={text.empty} action={add} />
          ) : (
            <>
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  {text.empty}
                </Text>
                {add}
              </Group>
              <Card p={0}>
                <TokenTable tokens={tokens} onRemove={setRemoving} />
              </Card>
            </>
          )
        }
      </QueryView>
      {removing && <RemoveToken token={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}

interface TokenTableProps {
  tokens: readonly JoinToken[];
  onRemove: (token: JoinToken) => void;
}

function TokenTable({ tokens, onRemove }: TokenTableProps) {
  const columns: readonly Column<JoinToken>[] = [
    {
      header: text.description,
      head: true,
      cell: ({ description, id }) => (
        <>
          <Text fw={600} size="sm">
            {description || text.unnamed}
          </Text>
          <Text size="xs" c="dimmed" ff="monospace">
            {id}
          </Text>
        </>
      ),
    },
    { header: text.usesLeft, end: true, cell: (token) => token.uses_left },
    {
      header: text.labels,
      cell: ({ labels }) => (Object.keys(labels).length > 0 ? <LabelList labels={labels} /> : common.none),
    },
    { header: access.created, cell: (token) => <Ago at={token.created_at} /> },
    { header: access.expires, cell: (token) => <Until at={token.expires_at} /> },
    {
      header: common.actions,
      end: true,
      cell: (token) => (
        <RowMenu
          label={`${common.actions}: ${token.description || token.id}`}
          actions={[{ label: access.remove, icon: IconTrash, danger: true, onClick: () => onRemove(token) }]}
        />
      ),
    },
  ];
  return <DataTable label={access.tabs.tokens} columns={columns} rows={tokens} rowKey={({ id }) => id} />;
}

function RemoveToken({ token, onClose }: { token: JoinToken; onClose: () => void }) {
  const remove = useRemoveToken();
  return (
    <ConfirmDialog
      title={text.removeTitle}
      action={access.remove}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(token.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.removeHint}</Text>
    </ConfirmDialog>
  );
}
