import { Button, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconServerOff } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { ApiError } from '../../../api/errors';
import { nodeQuery } from '../../../api/queries/fleet';
import type { Node } from '../../../api/types';
import { cpuOf, memoryOf, vramOf } from '../../../fleet/capacity';
import { useRecentEvents } from '../../../live/useLive';
import { node as text, nodes as listText } from '../../../text/nodes';
import { Ago } from '../../../ui/Ago';
import { EmptyState } from '../../../ui/EmptyState';
import { EventList } from '../../../ui/EventList';
import { LabelList } from '../../../ui/LabelList';
import { Meter } from '../../../ui/Meter';
import { Page } from '../../../ui/Page';
import { QueryView } from '../../../ui/QueryView';
import { Section } from '../../../ui/Section';
import { StateBadge } from '../../../ui/StateBadge';
import { NODE_LOOKS } from '../../../ui/states';
import { formatCpu, formatMib } from '../../../ui/units';
import { NodeActions } from '../actions/NodeActions';
import { PendingNode } from '../actions/PendingNodes';
import { GpuCards } from './GpuCards';
import { NodeCharts } from './NodeCharts';
import { NodeFacts } from './NodeFacts';
import { NodeWorkloads } from './NodeWorkloads';

const CRUMBS = [{ label: listText.title, to: '/nodes' }];
const EVENTS = 12;

export function NodePage() {
  const { id = '' } = useParams();
  return (
    <QueryView
      query={useQuery(nodeQuery(id))}
      skeleton={<Skeleton h={420} radius="lg" />}
      onError={(error) => (error instanceof ApiError && error.status === 404 ? <Gone id={id} /> : undefined)}
    >
      {(node) => <Details node={node} />}
    </QueryView>
  );
}

function Gone({ id }: { id: string }) {
  return (
    <Page title={id} crumbs={CRUMBS}>
      <EmptyState
        icon={IconServerOff}
        title={listText.gone}
        text={listText.goneHint}
        action={
          <Button component={Link} to="/nodes" variant="default">
            {listText.toList}
          </Button>
        }
      />
    </Page>
  );
}

function Details({ node }: { node: Node }) {
  const vram = vramOf(node);
  return (
    <Page
      title={node.name}
      crumbs={CRUMBS}
      badge={<StateBadge look={NODE_LOOKS[node.status]} />}
      actions={<NodeActions node={node} />}
      lead={
        <Stack gap="xs">
          <span>
            {node.ip} · {listText.heard} <Ago at={node.last_seen} />
          </span>
          <LabelList labels={node.labels} />
        </Stack>
      }
    >
      {!node.approved && <PendingNode node={node} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Section title={text.reservedTitle}>
          <Stack gap="lg">
            <Meter label={listText.cpu} format={formatCpu} {...cpuOf(node)} />
            <Meter label={listText.memory} format={formatMib} {...memoryOf(node)} />
            {vram.total > 0 && <Meter label={listText.vram} format={formatMib} {...vram} />}
          </Stack>
        </Section>
        <NodeCharts node={node} />
      </SimpleGrid>
      {(node.gpus ?? []).length > 0 && <GpuCards node={node} />}
      <NodeWorkloads node={node} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <NodeFacts node={node} />
        <NodeEvents node={node} />
      </SimpleGrid>
    </Page>
  );
}

function NodeEvents({ node }: { node: Node }) {
  const own = useRecentEvents().filter(({ subject }) => subject.kind === 'node' && subject.id === node.id);
  return (
    <Section title={text.eventsTitle}>
      {own.length === 0 ? <Text c="dimmed">{text.noEvents}</Text> : <EventList events={own} most={EVENTS} />}
    </Section>
  );
}
