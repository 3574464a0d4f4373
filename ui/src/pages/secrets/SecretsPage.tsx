import { Button, Card, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconKey, IconPencil, IconPlus, IconSearchOff, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { secretsQuery } from '../../api/queries/secrets';
import type { SecretItem } from '../../api/types';
import { IfAllowed, useSession } from '../../app/session-context';
import { common } from '../../text/common';
import { secrets as text } from '../../text/secrets';
import { Ago } from '../../ui/Ago';
import { type Column, DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { LinkList } from '../../ui/LinkList';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { RowMenu } from '../../ui/RowMenu';
import { SearchField } from '../../ui/SearchField';
import { useUrlState } from '../../ui/useUrlState';
import { AddSecret, RemoveSecret, SetSecret } from './SecretDialogs';

type Doing = { what: 'add' } | { what: 'set' | 'remove'; secret: SecretItem };

export function SecretsPage() {
  const query = useQuery(secretsQuery);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const add = (
    <IfAllowed role="operator">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDoing({ what: 'add' })}>
        {text.add}
      </Button>
    </IfAllowed>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={query.data?.length ? add : undefined}>
      <QueryView query={query}>
        {(secrets) =>
          secrets.length === 0 ? (
            <EmptyState icon={IconKey} title={text.emptyTitle} text={text.empty} action={add} />
          ) : (
            <SecretList secrets={secrets} onDo={setDoing} />
          )
        }
      </QueryView>
      {doing?.what === 'add' && (
        <AddSecret taken={(query.data ?? []).map(({ name }) => name)} onClose={close} />
      )}
      {doing?.what === 'set' && <SetSecret secret={doing.secret} onClose={close} />}
      {doing?.what === 'remove' && <RemoveSecret secret={doing.secret} onClose={close} />}
    </Page>
  );
}

function columns(onDo: ((doing: Doing) => void) | undefined): readonly Column<SecretItem>[] {
  const shown: Column<SecretItem>[] = [
    {
      header: text.name,
      head: true,
      cell: ({ name }) => (
        <Text fw={600} size="sm" ff="monospace">
          {name}
        </Text>
      ),
    },
    { header: text.version, end: true, cell: ({ version }) => version },
    { header: text.changed, cell: (secret) => <Ago at={secret.updated_at} /> },
    {
      header: text.usedBy,
      cell: ({ used_by: names }) =>
        names.length === 0 ? (
          <Text span size="sm" c="dimmed">
            {text.unused}
          </Text>
        ) : (
          <LinkList names={names} to={(name) => `/deployments/${encodeURIComponent(name)}`} />
        ),
    },
  ];
  if (!onDo) return shown;
  const actions: Column<SecretItem> = {
    header: common.actions,
    end: true,
    cell: (secret) => (
      <RowMenu
        label={`${common.actions}: ${secret.name}`}
        actions={[
          { label: text.set, icon: IconPencil, onClick: () => onDo({ what: 'set', secret }) },
          {
            label: text.remove,
            icon: IconTrash,
            danger: true,
            onClick: () => onDo({ what: 'remove', secret }),
          },
        ]}
      />
    ),
  };
  return [...shown, actions];
}

function SecretList({ secrets, onDo }: { secrets: readonly SecretItem[]; onDo: (doing: Doing) => void }) {
  const { can } = useSession();
  const [search, setSearch] = useUrlState('q');
  const words = search.trim().toLowerCase();
  const shown = secrets.filter(({ name, used_by: by }) =>
    [name, ...by].some((n) => n.toLowerCase().includes(words)),
  );
  return (
    <>
      <SearchField label={text.search} value={search} onChange={setSearch} maw={380} />
      {shown.length === 0 ? (
        <EmptyState icon={IconSearchOff} title={common.noMatch} text={common.noMatchHint} />
      ) : (
        <Card p={0}>
          <DataTable
            label={text.title}
            columns={columns(can('operator') ? onDo : undefined)}
            rows={shown}
            rowKey={({ name }) => name}
          />
        </Card>
      )}
    </>
  );
}
