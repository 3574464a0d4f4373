import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { Deployment, Stack } from '../../../api/types';
import { servicesIn } from '../../../fleet/references';
import { common } from '../../../text/common';
import { stack as text } from '../../../text/stacks';
import { type Column, DataTable } from '../../../ui/DataTable';
import { LinkList } from '../../../ui/LinkList';
import { StateBadge } from '../../../ui/StateBadge';
import { DEPLOYMENT_LOOKS } from '../../../ui/states';

interface Service {
  name: string;
  deployment: Deployment;
}

const nodesOf = ({ workloads }: Deployment) => [
  ...new Set(workloads.flatMap(({ node_name: name }) => (name == null ? [] : [name]))),
];

export function ServiceTable({ stack }: { stack: Stack }) {
  const columns: readonly Column<Service>[] = [
    {
      header: text.service,
      head: true,
      cell: ({ name, deployment }) => (
        <Anchor
          component={Link}
          to={`/deployments/${encodeURIComponent(deployment.name)}`}
          fw={600}
          size="sm"
        >
          {name}
        </Anchor>
      ),
    },
    { header: text.template, cell: ({ deployment }) => deployment.template },
    {
      header: text.status,
      cell: ({ deployment }) => <StateBadge plain look={DEPLOYMENT_LOOKS[deployment.status]} />,
    },
    {
      header: text.ready,
      end: true,
      cell: ({ deployment: { ready, replicas } }) => common.of(String(ready), String(replicas)),
    },
    {
      header: text.nodes,
      cell: ({ deployment }) => (
        <LinkList names={nodesOf(deployment)} to={(node) => `/nodes/${encodeURIComponent(node)}`} />
      ),
    },
    {
      header: text.uses,
      cell: ({ deployment }) => [...servicesIn(deployment.params)].join(', ') || '–',
    },
  ];
  const rows = Object.entries(stack.services).map(([name, deployment]) => ({ name, deployment }));
  return <DataTable label={stack.name} columns={columns} rows={rows} rowKey={({ name }) => name} />;
}
