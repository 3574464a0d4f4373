import { Anchor, Button, Card, Group, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconRocket, IconSearchOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { deploymentsQuery } from '../../api/queries/fleet';
import type { Deployment, DeploymentStatus } from '../../api/types';
import { IfAllowed } from '../../app/session-context';
import { common } from '../../text/common';
import { deployments as text } from '../../text/deployments';
import { Ago } from '../../ui/Ago';
import { type Column, DataTable } from '../../ui/DataTable';
import { EmptyState } from '../../ui/EmptyState';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchField } from '../../ui/SearchField';
import { StateBadge } from '../../ui/StateBadge';
import { DEPLOYMENT_LOOKS } from '../../ui/states';
import { useUrlState } from '../../ui/useUrlState';
import { filterDeployments } from './filter';

const STATES = (Object.keys(DEPLOYMENT_LOOKS) as DeploymentStatus[]).map((value) => ({
  value,
  label: DEPLOYMENT_LOOKS[value].label,
}));

const COLUMNS: readonly Column<Deployment>[] = [
  {
    header: text.name,
    head: true,
    cell: (d) => (
      <div>
        <Anchor component={Link} to={`/deployments/${encodeURIComponent(d.name)}`} fw={600} size="sm">
          {d.name}
        </Anchor>
        {d.problems[0] && (
          <Text size="xs" c="dimmed" lineClamp={1} maw={420}>
            {d.problems[0].message}
          </Text>
        )}
      </div>
    ),
  },
  { header: text.status, cell: (d) => <StateBadge plain look={DEPLOYMENT_LOOKS[d.status]} /> },
  { header: text.ready, end: true, cell: (d) => text.readyOf(d.ready, d.replicas) },
  { header: text.template, cell: (d) => d.template },
  { header: text.nodes, cell: (d) => namesOf(d.workloads.map((w) => w.node_name ?? w.node)) },
  {
    header: text.ports,
    cell: (d) => namesOf(d.workloads.flatMap((w) => w.ports.map((p) => String(p.host)))),
  },
  { header: text.changed, cell: (d) => <Ago at={d.updated_at} /> },
];

/** More would make rows high. */
const NAMES = 3;

function namesOf(names: readonly string[]): string {
  const unique = [...new Set(names)];
  if (unique.length === 0) return '–';
  const rest = unique.length - NAMES;
  return unique.slice(0, NAMES).join(', ') + (rest > 0 ? ` +${rest}` : '');
}

export function DeploymentsPage() {
  const deploy = (
    <IfAllowed role="operator">
      <Button component={Link} to="/catalogue" leftSection={<IconPlus size={16} aria-hidden />}>
        {text.deploy}
      </Button>
    </IfAllowed>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={deploy}>
      <QueryView query={useQuery(deploymentsQuery)}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={IconRocket} title={text.emptyTitle} text={text.empty} action={deploy} />
          ) : (
            <List all={all} />
          )
        }
      </QueryView>
    </Page>
  );
}

function List({ all }: { all: Deployment[] }) {
  const [search, setSearch] = useUrlState('q');
  const [status, setStatus] = useUrlState('status');
  const shown = filterDeployments(all, search, status);
  return (
    <>
      <Group gap="sm">
        <SearchField label={text.search} value={search} onChange={setSearch} flex="1 1 220px" maw={420} />
        <Select
          aria-label={text.status}
          placeholder={text.anyStatus}
          data={STATES}
          value={status || null}
          onChange={(value) => setStatus(value ?? '')}
          clearable
          w={180}
        />
      </Group>
      {shown.length === 0 ? (
        <EmptyState icon={IconSearchOff} title={common.noMatch} text={common.noMatchHint} />
      ) : (
        <Card p={0}>
          <DataTable label={text.title} columns={COLUMNS} rows={shown} rowKey={(d) => d.id} />
        </Card>
      )}
    </>
  );
}
