import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { Node } from '../../api/types';
import { type Capacity, cpuOf, memoryOf, vramOf } from '../../fleet/capacity';
import { gpuModels } from '../../fleet/gpus';
import { nodes as text } from '../../text/nodes';
import { Ago } from '../../ui/Ago';
import { type Column, DataTable } from '../../ui/DataTable';
import { LabelList } from '../../ui/LabelList';
import { StateBadge } from '../../ui/StateBadge';
import { NODE_LOOKS } from '../../ui/states';
import { formatCpu, formatMib } from '../../ui/units';

const amount = ({ total, reserved }: Capacity, format: (amount: number) => string) =>
  total > 0 ? `${format(reserved)} / ${format(total)}` : '–';

const COLUMNS: readonly Column<Node>[] = [
  {
    header: text.name,
    head: true,
    cell: (node) => (
      <Anchor component={Link} to={`/nodes/${node.name}`} fw={600} size="sm">
        {node.name}
      </Anchor>
    ),
  },
  { header: text.status, cell: (node) => <StateBadge plain look={NODE_LOOKS[node.status]} /> },
  { header: text.cpu, end: true, cell: (node) => amount(cpuOf(node), formatCpu) },
  { header: text.memory, end: true, cell: (node) => amount(memoryOf(node), formatMib) },
  { header: text.vram, end: true, cell: (node) => amount(vramOf(node), formatMib) },
  {
    header: text.gpus,
    cell: (node) =>
      gpuModels(node)
        .map(([model, count]) => text.gpuCount(count, model))
        .join(', ') || '–',
  },
  { header: text.workloads, end: true, cell: (node) => node.workloads.length },
  { header: text.labels, cell: (node) => <LabelList labels={node.labels} /> },
  { header: text.seen, cell: (node) => <Ago at={node.last_seen} /> },
];

export function NodeTable({ nodes }: { nodes: readonly Node[] }) {
  return <DataTable label={text.title} columns={COLUMNS} rows={nodes} rowKey={(node) => node.id} />;
}
