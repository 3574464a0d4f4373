import { Button, Card, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { apiKeysQuery, useRemoveKey } from '../../../api/queries/access';
import type { ApiKey } from '../../../api/types';
import { access, apiKeys as text } from '../../../text/access';
import { app } from '../../../text/app';
import { common } from '../../../text/common';
import { Ago } from '../../../ui/Ago';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { type Column, DataTable } from '../../../ui/DataTable';
import { EmptyState } from '../../../ui/EmptyState';
import { QueryView } from '../../../ui/QueryView';
import { RowMenu } from '../../../ui/RowMenu';
import { ShownOnce } from '../../../ui/ShownOnce';
import { Until } from '../../../ui/Until';
import { Scope } from '../Scope';
import { AddKey } from './AddKey';

type Doing = { what: 'add' } | { what: 'shown'; key: string } | { what: 'remove'; key: ApiKey };

const nameOf = ({ description }: ApiKey) => description || text.unnamed;

export function KeysTab() {
  const query = useQuery(apiKeysQuery);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDoing({ what: 'add' })}>
      {text.add}
    </Button>
  );
  return (
    <>
      <QueryView query={query}>
        {(keys) =>
          keys.length === 0 ? (
            <EmptyState icon={IconKey} title={text.emptyTitle} text={text.empty} action={add} />
          ) : (
            <>
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  {text.empty}
                </Text>
                {add}
              </Group>
              <Card p={0}>
                <KeyTable keys={keys} onRemove={(key) => setDoing({ what: 'remove', key })} />
              </Card>
            </>
          )
        }
      </QueryView>
      {doing?.what === 'add' && (
        <AddKey onCreated={({ key }) => setDoing({ what: 'shown', key })} onClose={close} />
      )}
      {doing?.what === 'shown' && (
        <ShownOnce title={text.shownTitle} hint={text.shownHint} value={doing.key} onClose={close} />
      )}
      {doing?.what === 'remove' && <RemoveKey apiKey={doing.key} onClose={close} />}
    </>
  );
}

function KeyTable({ keys, onRemove }: { keys: readonly ApiKey[]; onRemove: (key: ApiKey) => void }) {
  const columns: readonly Column<ApiKey>[] = [
    {
      header: text.description,
      head: true,
      cell: (key) => (
        <>
          <Text fw={600} size="sm">
            {nameOf(key)}
          </Text>
          <Text size="xs" c="dimmed" ff="monospace">
            {key.id}
          </Text>
        </>
      ),
    },
    { header: access.role, cell: ({ role }) => app.roles[role] },
    { header: access.scope, cell: ({ scope }) => <Scope labels={scope} /> },
    { header: text.lastUsed, cell: (key) => <Ago at={key.last_used_at} /> },
    { header: access.created, cell: (key) => <Ago at={key.created_at} /> },
    { header: access.expires, cell: (key) => <Until at={key.expires_at} /> },
    {
      header: common.actions,
      end: true,
      cell: (key) => (
        <RowMenu
          label={`${common.actions}: ${nameOf(key)}`}
          actions={[{ label: access.remove, icon: IconTrash, danger: true, onClick: () => onRemove(key) }]}
        />
      ),
    },
  ];
  return <DataTable label={access.tabs.keys} columns={columns} rows={keys} rowKey={({ id }) => id} />;
}

function RemoveKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const remove = useRemoveKey();
  return (
    <ConfirmDialog
      title={text.removeTitle}
      action={access.remove}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(apiKey.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.removeHint(nameOf(apiKey))}</Text>
    </ConfirmDialog>
  );
}
