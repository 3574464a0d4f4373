import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { deploymentsQuery } from '../../../api/queries/fleet';
import type { Deployment, Node, Workload } from '../../../api/types';
import { phaseLook } from '../../../fleet/phases';
import { node as text } from '../../../text/nodes';
import { type Column, DataTable } from '../../../ui/DataTable';
import { QueryView } from '../../../ui/QueryView';
import { Section } from '../../../ui/Section';
import { StateBadge } from '../../../ui/StateBadge';

interface Row {
  deployment: Deployment;
  workload: Workload;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    header: text.workload,
    head: true,
    cell: ({ deployment, workload }) => (
      <Anchor component={Link} to={`/deployments/${deployment.name}`} size="sm" fw={600}>
        {workload.id}
      </Anchor>
    ),
  },
  { header: text.deployment, cell: ({ deployment }) => deployment.name },
  {
    header: text.state,
    cell: ({ workload }) => (
      <>
        <StateBadge plain look={phaseLook(workload)} /> {workload.leaving && `(${text.leaving})`}
      </>
    ),
  },
  {
    header: text.ports,
    cell: ({ workload }) => workload.ports.map((p) => `${p.name} ${p.host}`).join(', ') || '–',
  },
];

export function NodeWorkloads({ node }: { node: Node }) {
  return (
    <Section title={text.workloadsTitle} flush>
      <QueryView query={useQuery(deploymentsQuery)}>
        {(deployments) => {
          const rows = deployments.flatMap((deployment) =>
            deployment.workloads
              .filter((workload) => workload.node === node.id)
              .map((workload) => ({ deployment, workload })),
          );
          return rows.length === 0 ? (
            <Text c="dimmed" px="lg" pb="lg">
              {text.noWorkloads}
            </Text>
          ) : (
            <DataTable
              label={text.workloadsTitle}
              columns={COLUMNS}
              rows={rows}
              rowKey={({ workload }) => workload.id}
            />
          );
        }}
      </QueryView>
    </Section>
  );
}
