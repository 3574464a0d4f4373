import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Deployment, Workload } from '../../../api/types';
import { phaseLook } from '../../../fleet/phases';
import { deployment as text } from '../../../text/deployments';
import { Ago } from '../../../ui/Ago';
import { Disclosure } from '../../../ui/Disclosure';
import { WhyThere } from '../../../ui/plan/WhyThere';
import { Section } from '../../../ui/Section';
import { StateBadge } from '../../../ui/StateBadge';
import { formatMib } from '../../../ui/units';
import classes from './Replicas.module.css';

/** Each replica: where it is, how it is, what it got there, and why it is there. */
export function Replicas({ deployment: d }: { deployment: Deployment }) {
  const workloads = [...d.workloads].sort((a, b) => a.slot - b.slot);
  return (
    <Section title={text.replicas} lead={text.readyOf(d.ready, d.replicas)}>
      {workloads.length === 0 ? (
        <Text c="dimmed">{text.noWorkloads}</Text>
      ) : (
        <ul className={classes.list}>
          {workloads.map((workload) => (
            <li key={workload.id} className={classes.replica}>
              <Replica workload={workload} wanted={d.revision ?? 1} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Replica({ workload: w, wanted }: { workload: Workload; wanted: number }) {
  const notes = [
    w.variant && text.variant(w.variant),
    w.revision !== undefined && w.revision !== wanted && text.revision(w.revision),
    w.leaving && text.leaving,
    w.next != null && text.moving,
  ].filter((note): note is string => typeof note === 'string');
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Group gap="sm">
          <Text fw={600} size="sm">
            {w.id}
          </Text>
          <StateBadge plain look={phaseLook(w)} />
          {notes.map((note) => (
            <Badge key={note}>{note}</Badge>
          ))}
        </Group>
        <Text size="sm" c="dimmed" component="div">
          <Ago at={w.at} />
        </Text>
      </Group>
      <Text size="sm" component="div">
        <Anchor component={Link} to={`/nodes/${w.node_name ?? w.node}`} inherit underline="always">
          {w.node_name ?? w.node}
        </Anchor>
        <span className={classes.resources}>{resourcesOf(w)}</span>
      </Text>
      {w.state.message && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {w.state.message}
        </Text>
      )}
      <Disclosure title={text.why}>
        <WhyThere why={w.why} open />
      </Disclosure>
    </Stack>
  );
}

function resourcesOf(w: Workload): string {
  const ports = w.ports.map((port) => `${port.name} ${port.host}`);
  const gpus = w.devices.map((device) =>
    device.exclusive ? device.uuid : `${device.uuid} ${formatMib(device.memory_mib)}`,
  );
  return [...ports, ...gpus].map((part) => ` · ${part}`).join('');
}
