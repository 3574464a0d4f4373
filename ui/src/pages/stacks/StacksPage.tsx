import { Anchor, Button, Card } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconSearchOff, IconStack2 } from '@tabler/icons-react';
import { Link } from 'react-router';
import { stacksQuery } from '../../api/queries/stacks';
import type { Stack } from '../../api/types';
import { IfAllowed } from '../../app/session-context';
import { common } from '../../text/common';
import { stacks as text } from '../../text/stacks';
import { type Column, DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { LinkList } from '../../ui/LinkList';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchField } from '../../ui/SearchField';
import { StateBadge } from '../../ui/StateBadge';
import { DEPLOYMENT_LOOKS } from '../../ui/states';
import { useUrlState } from '../../ui/useUrlState';

const COLUMNS: readonly Column<Stack>[] = [
  {
    header: text.name,
    head: true,
    cell: ({ name }) => (
      <Anchor component={Link} to={`/stacks/${encodeURIComponent(name)}`} fw={600} size="sm">
        {name}
      </Anchor>
    ),
  },
  { header: text.status, cell: ({ status }) => <StateBadge plain look={DEPLOYMENT_LOOKS[status]} /> },
  {
    header: text.services,
    cell: ({ services }) => (
      <LinkList
        names={Object.keys(services)}
        to={(service) => `/deployments/${encodeURIComponent(services[service]?.name ?? service)}`}
      />
    ),
  },
];

export function StacksPage() {
  const query = useQuery(stacksQuery);
  const add = (
    <IfAllowed role="operator">
      <Button component={Link} to="/stacks/new" leftSection={<IconPlus size={16} aria-hidden />}>
        {text.add}
      </Button>
    </IfAllowed>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={query.data?.length ? add : undefined}>
      <QueryView query={query}>
        {(stacks) =>
          stacks.length === 0 ? (
            <EmptyState icon={IconStack2} title={text.emptyTitle} text={text.empty} action={add} />
          ) : (
            <StackList stacks={stacks} />
          )
        }
      </QueryView>
    </Page>
  );
}

function StackList({ stacks }: { stacks: readonly Stack[] }) {
  const [search, setSearch] = useUrlState('q');
  const words = search.trim().toLowerCase();
  const shown = stacks.filter(({ name, services }) =>
    [name, ...Object.keys(services)].some((each) => each.toLowerCase().includes(words)),
  );
  return (
    <>
      <SearchField label={text.search} value={search} onChange={setSearch} maw={380} />
      {shown.length === 0 ? (
        <EmptyState icon={IconSearchOff} title={common.noMatch} text={common.noMatchHint} />
      ) : (
        <Card p={0}>
          <DataTable label={text.title} columns={COLUMNS} rows={shown} rowKey={({ name }) => name} />
        </Card>
      )}
    </>
  );
}
