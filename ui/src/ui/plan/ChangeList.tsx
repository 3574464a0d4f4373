import { Stack, Text } from '@mantine/core';
import type { PlanAnswer } from '../../api/types';
import { plan as text } from '../../text/plan';
import classes from './ChangeList.module.css';
import { stepsOf } from './moves';
import { ProblemList } from './ProblemList';

/** What a change would do: each replica, where it goes, and why there. */
export function ChangeList({ plan, empty = text.nothing }: { plan: PlanAnswer; empty?: string }) {
  const steps = stepsOf(plan.changes);
  return (
    <Stack gap="sm">
      {steps.length === 0 && plan.problems.length === 0 && <Text c="dimmed">{empty}</Text>}
      {steps.length > 0 && (
        <ul className={classes.list}>
          {steps.map((step) => (
            <li key={step.key}>
              <Text size="sm">
                <b>{step.replica}</b> {text.words(step)}
              </Text>
              {step.why && (
                <Text size="xs" c="dimmed">
                  {step.why}
                </Text>
              )}
            </li>
          ))}
        </ul>
      )}
      <ProblemList problems={plan.problems} />
    </Stack>
  );
}
