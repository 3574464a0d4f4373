import { Anchor, Card, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Deployment, Node } from '../../api/types';
import { common } from '../../text/common';
import { models as text } from '../../text/models';
import { Facts } from '../../ui/Facts';
import { LinkList } from '../../ui/LinkList';
import { Meter } from '../../ui/Meter';
import { StateBadge } from '../../ui/StateBadge';
import { DEPLOYMENT_LOOKS } from '../../ui/states';
import { formatMib } from '../../ui/units';
import { type GpuUse, gpusOf, modelName, nodeNames } from './model-view';
import { RunSwitch } from './RunSwitch';

interface ModelCardProps {
  deployment: Deployment;
  nodes: readonly Node[];
}

export function ModelCard({ deployment, nodes }: ModelCardProps) {
  const { name, status, ready, replicas, template } = deployment;
  const gpus = gpusOf(deployment, nodes);
  const where = nodeNames(deployment);
  return (
    <Card component="article" aria-label={name}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Anchor component={Link} to={`/deployments/${encodeURIComponent(name)}`} fw={650}>
            {name}
          </Anchor>
          <StateBadge look={DEPLOYMENT_LOOKS[status]} />
        </Group>
        <Facts
          items={[
            [text.model, modelName(deployment) ?? text.ofTemplate],
            [text.server, template],
            [text.ready, common.of(String(ready), String(replicas))],
            [
              common.where,
              where.length > 0 ? (
                <LinkList names={where} to={(node) => `/nodes/${encodeURIComponent(node)}`} />
              ) : (
                text.nowhere
              ),
            ],
          ]}
        />
        {gpus.map((gpu) => (
          <GpuMeter key={gpu.uuid} gpu={gpu} />
        ))}
        {gpus.length === 0 && where.length > 0 && (
          <Text size="sm" c="dimmed">
            {text.noGpu}
          </Text>
        )}
        <RunSwitch deployment={deployment} />
      </Stack>
    </Card>
  );
}

function GpuMeter({ gpu }: { gpu: GpuUse }) {
  const { model, node, exclusive, claimedMib, totalMib, usedMib } = gpu;
  return (
    <Meter
      label={`${text.gpu(model)} · ${node}`}
      total={totalMib}
      reserved={exclusive ? totalMib : claimedMib}
      used={usedMib}
      format={formatMib}
    />
  );
}
