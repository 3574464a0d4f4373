import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconEqual, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import type { StackAction, StackAnswer } from '../../../api/types';
import { editor as text } from '../../../text/stacks';
import { DifferenceTable } from '../../../ui/DifferenceTable';
import { Disclosure } from '../../../ui/Disclosure';
import { ChangeList } from '../../../ui/plan/ChangeList';
import { ProblemList } from '../../../ui/plan/ProblemList';
import { type Look, StateBadge } from '../../../ui/StateBadge';
import classes from './StackPlan.module.css';

const LOOKS: Record<StackAction, Look> = {
  create: { tone: 'good', icon: IconPlus, label: text.actions.create },
  update: { tone: 'busy', icon: IconPencil, label: text.actions.update },
  unchanged: { tone: 'calm', icon: IconEqual, label: text.actions.unchanged },
  remove: { tone: 'bad', icon: IconTrash, label: text.actions.remove },
};

/** What applying would do: each service with what of it changes, what stands in the way, and the changes on nodes. */
export function StackPlan({ answer }: { answer: StackAnswer }) {
  const { services, differences = {}, problems = {}, changes = [] } = answer;
  const removed = Object.values(services).filter((action) => action === 'remove').length;
  return (
    <Stack>
      {Object.values(services).every((action) => action === 'unchanged') && (
        <Text c="dimmed">{text.unchanged}</Text>
      )}
      {removed > 0 && (
        <Alert color="red" variant="outline" icon={<IconAlertTriangle aria-hidden color="var(--bad)" />}>
          {text.removes(removed)}
        </Alert>
      )}
      <ul className={classes.list}>
        {Object.entries(services).map(([name, action]) => (
          <li key={name}>
            <div className={classes.head}>
              <Text fw={600} size="sm">
                {name}
              </Text>
              <StateBadge look={LOOKS[action]} />
            </div>
            <DifferenceTable differences={differences[name] ?? []} />
            <ProblemList problems={problems[name] ?? []} />
          </li>
        ))}
      </ul>
      {changes.length > 0 && (
        <Disclosure title={text.onNodes} open>
          <ChangeList plan={{ changes, problems: [] }} />
        </Disclosure>
      )}
    </Stack>
  );
}
