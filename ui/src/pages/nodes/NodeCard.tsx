import { Anchor, Card, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Node } from '../../api/types';
import { cpuOf, memoryOf, vramOf } from '../../fleet/capacity';
import { gpuModels } from '../../fleet/gpus';
import { nodes as text } from '../../text/nodes';
import { Ago } from '../../ui/Ago';
import { LabelList } from '../../ui/LabelList';
import { Meter } from '../../ui/Meter';
import { StateBadge } from '../../ui/StateBadge';
import { NODE_LOOKS } from '../../ui/states';
import { formatCpu, formatMib } from '../../ui/units';

export function NodeCard({ node }: { node: Node }) {
  const vram = vramOf(node);
  const gpus = gpuModels(node).map(([model, count]) => text.gpuCount(count, model));
  return (
    <Card component="article" aria-label={node.name}>
      <Stack gap="md" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Anchor component={Link} to={`/nodes/${node.name}`} fw={620} c="var(--mantine-color-text)">
              {node.name}
            </Anchor>
            <Text size="xs" c="dimmed">
              {node.ip}
            </Text>
          </div>
          <StateBadge look={NODE_LOOKS[node.status]} />
        </Group>
        <Stack gap="sm">
          <Meter compact label={text.cpu} format={formatCpu} {...cpuOf(node)} />
          <Meter compact label={text.memory} format={formatMib} {...memoryOf(node)} />
          {vram.total > 0 && <Meter compact label={text.vram} format={formatMib} {...vram} />}
        </Stack>
        {gpus.length > 0 && <Text size="sm">{gpus.join(', ')}</Text>}
        <LabelList labels={node.labels} />
        <Group justify="space-between" mt="auto">
          <Text size="sm" c="dimmed">
            {text.workloadCount(node.workloads.length)}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            <Ago at={node.last_seen} />
          </Text>
        </Group>
      </Stack>
    </Card>
  );
}
