import { Anchor, Button, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconRocket, IconServer2 } from '@tabler/icons-react';
import { Link } from 'react-router';
import { deploymentsQuery, nodesQuery, statusQuery } from '../../api/queries/fleet';
import type { Deployment, DeploymentStatus, Node, NodeStatus } from '../../api/types';
import { IfAllowed } from '../../app/session-context';
import { fleetCapacity } from '../../fleet/capacity';
import { useRecentEvents } from '../../live/useLive';
import { overview as text } from '../../text/overview';
import { EmptyState } from '../../ui/EmptyState';
import { EventList } from '../../ui/EventList';
import { Meter } from '../../ui/Meter';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { Section } from '../../ui/Section';
import { StateBar } from '../../ui/StateBar';
import { DEPLOYMENT_LOOKS, NODE_LOOKS } from '../../ui/states';
import { formatCpu, formatMib } from '../../ui/units';
import { concernsOf } from './attention';
import { NeedsAttention } from './NeedsAttention';

const EVENTS = 8;

export function OverviewPage() {
  return (
    <Page title={text.title}>
      <Attention />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <NodesByState />
          <DeploymentsByState />
        </Stack>
        <CapacityCard />
      </SimpleGrid>
      <RecentEvents />
    </Page>
  );
}

function Attention() {
  const status = useQuery(statusQuery);
  const nodes = useQuery(nodesQuery);
  const deployments = useQuery(deploymentsQuery);
  return (
    <QueryView query={status} skeleton={<Skeleton h={64} radius="lg" />}>
      {(fleet) =>
        nodes.data &&
        deployments.data && <NeedsAttention concerns={concernsOf(fleet, nodes.data, deployments.data)} />
      }
    </QueryView>
  );
}

function countBy<T, S extends string>(items: readonly T[], state: (item: T) => S, all: readonly S[]) {
  return all.map((wanted) => [wanted, items.filter((item) => state(item) === wanted).length] as const);
}

function NodesByState() {
  const states = Object.keys(NODE_LOOKS) as NodeStatus[];
  return (
    <Section title={text.nodes}>
      <QueryView query={useQuery(nodesQuery)} skeleton={<Skeleton h={56} />}>
        {(nodes: Node[]) =>
          nodes.length === 0 ? (
            <EmptyState
              icon={IconServer2}
              title={text.noNodesTitle}
              text={text.noNodes}
              action={
                <IfAllowed role="admin">
                  <Button component={Link} to="/nodes/add">
                    {text.addNode}
                  </Button>
                </IfAllowed>
              }
            />
          ) : (
            <StateBar
              counts={countBy(nodes, (node) => node.status, states).map(([state, count]) => ({
                look: NODE_LOOKS[state],
                count,
                to: `/nodes?status=${state}`,
              }))}
            />
          )
        }
      </QueryView>
    </Section>
  );
}

function DeploymentsByState() {
  const states = Object.keys(DEPLOYMENT_LOOKS) as DeploymentStatus[];
  return (
    <Section title={text.deployments}>
      <QueryView query={useQuery(deploymentsQuery)} skeleton={<Skeleton h={56} />}>
        {(deployments: Deployment[]) =>
          deployments.length === 0 ? (
            <EmptyState
              icon={IconRocket}
              title={text.noDeploymentsTitle}
              text={text.noDeployments}
              action={
                <IfAllowed role="operator">
                  <Button component={Link} to="/catalogue">
                    {text.toCatalogue}
                  </Button>
                </IfAllowed>
              }
            />
          ) : (
            <StateBar
              counts={countBy(deployments, (d) => d.status, states).map(([state, count]) => ({
                look: DEPLOYMENT_LOOKS[state],
                count,
                to: `/deployments?status=${state}`,
              }))}
            />
          )
        }
      </QueryView>
    </Section>
  );
}

function CapacityCard() {
  return (
    <Section title={text.capacity} lead={text.capacityHint}>
      <QueryView query={useQuery(nodesQuery)} skeleton={<Skeleton h={150} />}>
        {(nodes) => {
          const { cpu, memory, vram } = fleetCapacity(nodes);
          return (
            <Stack gap="lg">
              <Meter label={text.cpu} format={formatCpu} {...cpu} />
              <Meter label={text.memory} format={formatMib} {...memory} />
              {vram.total > 0 ? (
                <Meter label={text.vram} format={formatMib} {...vram} />
              ) : (
                <Text size="sm" c="dimmed">
                  {text.noGpus}
                </Text>
              )}
            </Stack>
          );
        }}
      </QueryView>
    </Section>
  );
}

function RecentEvents() {
  const events = useRecentEvents();
  return (
    <Section
      title={text.events}
      actions={
        <Anchor component={Link} to="/events" size="sm">
          {text.allEvents}
        </Anchor>
      }
    >
      {events.length === 0 ? (
        <Text c="dimmed">{text.noEvents}</Text>
      ) : (
        <EventList events={events} most={EVENTS} />
      )}
    </Section>
  );
}
