import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { nodesQuery } from '../../../api/queries/fleet';
import type { Node } from '../../../api/types';
import { onboarding as text } from '../../../text/nodes';
import { Section } from '../../../ui/Section';
import { StateBadge } from '../../../ui/StateBadge';
import { NODE_LOOKS } from '../../../ui/states';
import { PendingNode } from '../actions/PendingNodes';
import { factSummary } from '../facts';
import classes from './WaitingCard.module.css';

/** Clocks of server and reader differ a little; a node that came this much earlier is still the awaited one. */
const SLACK_MS = 10_000;

/** Waits for machines that register from now on, and shows each as it comes. */
export function WaitingCard({ since }: { since: Date }) {
  const { data = [] } = useQuery({ ...nodesQuery, refetchInterval: 2_000 });
  const came = data.filter((node) => Date.parse(node.registered_at) >= since.getTime() - SLACK_MS);
  return (
    <Section title={came.length > 0 ? text.stepDone : text.waiting}>
      <Stack aria-live="polite">
        {came.length === 0 && (
          <Group gap="md" wrap="nowrap" className={classes.waiting}>
            <Loader aria-hidden />
            <Text c="dimmed">{text.waitingHint}</Text>
          </Group>
        )}
        {came.map((node) =>
          node.approved ? <Joined key={node.id} node={node} /> : <PendingNode key={node.id} node={node} />,
        )}
      </Stack>
    </Section>
  );
}

function Joined({ node }: { node: Node }) {
  return (
    <Stack gap="xs" className={classes.joined}>
      <Group justify="space-between">
        <Text fw={600}>{text.joined(node.name)}</Text>
        <StateBadge look={NODE_LOOKS[node.status]} />
      </Group>
      <Text size="sm">{factSummary(node.capabilities)}</Text>
      <Group>
        <Button size="xs" component={Link} to="/catalogue">
          {text.catalogue}
        </Button>
        <Button size="xs" variant="default" component={Link} to={`/nodes/${node.name}`}>
          {text.open}
        </Button>
      </Group>
    </Stack>
  );
}
