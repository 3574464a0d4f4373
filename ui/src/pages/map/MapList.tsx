import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { map as text } from '../../text/map';
import { FewFirst } from '../../ui/FewFirst';
import { LinkList } from '../../ui/LinkList';
import { Section } from '../../ui/Section';
import { StateBadge } from '../../ui/StateBadge';
import { NODE_LOOKS, PHASE_LOOKS } from '../../ui/states';
import type { FleetView, Machine } from './fleet-view';
import classes from './MapList.module.css';
import { workloadName } from './names';

const deploymentPage = (name: string) => `/deployments/${encodeURIComponent(name)}`;

interface MapListProps {
  view: FleetView;
  search: string;
}

/** The same as the map in words. */
export function MapList({ view, search }: MapListProps) {
  const words = search.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(words);
  const shown = view.machines
    .map((machine) =>
      matches(machine.name)
        ? machine
        : { ...machine, workloads: machine.workloads.filter(({ deployment }) => matches(deployment)) },
    )
    .filter(({ name, workloads }) => workloads.length > 0 || matches(name));
  return (
    <Stack gap="lg">
      <FewFirst all={shown} step={50}>
        {(some) =>
          some.map((machine) => <MachineSection key={machine.id} machine={machine} uses={view.uses} />)
        }
      </FewFirst>
      {view.nowhere.length > 0 && (
        <Section title={text.nowhere}>
          <ul className={classes.list}>
            {view.nowhere.map(({ deployment, missing }) => (
              <li key={deployment}>
                <Anchor component={Link} to={deploymentPage(deployment)} size="sm">
                  {deployment}
                </Anchor>
                <Text size="sm">{text.missing(missing)}</Text>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Stack>
  );
}

function MachineSection({ machine, uses }: { machine: Machine; uses: FleetView['uses'] }) {
  return (
    <Section
      title={machine.name}
      lead={text.workloads(machine.workloads.length)}
      actions={<StateBadge look={NODE_LOOKS[machine.node.status]} />}
    >
      <ul className={classes.list}>
        {machine.workloads.map((workload) => (
          <li key={workload.id}>
            <Anchor component={Link} to={deploymentPage(workload.deployment)} size="sm" fw={550}>
              {workloadName(workload)}
            </Anchor>
            <StateBadge plain look={PHASE_LOOKS[workload.phase]} />
            <Uses names={uses.get(workload.deployment) ?? []} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Uses({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" component="span" className={classes.uses}>
      {text.uses} <LinkList names={names} to={deploymentPage} />
    </Text>
  );
}
