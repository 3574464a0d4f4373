import { Loader, Skeleton, Stack, Text } from '@mantine/core';
import type { ApiError } from '../../api/errors';
import type { PlanAnswer, PlanChange } from '../../api/types';
import { planPanel as text } from '../../text/plan';
import { explain } from '../../text/explain';
import { Disclosure } from '../Disclosure';
import { ErrorNotice } from '../ErrorNotice';
import { ChangeList } from './ChangeList';
import { WhyThere } from './WhyThere';
import { Section } from '../Section';
import { YamlView } from '../YamlView';

interface PlanPanelProps {
  plan: PlanAnswer | undefined;
  /** Why there is no plan. */
  error: ApiError | null;
  /** Issues that are shown at their fields. */
  shownElsewhere: ReadonlySet<string>;
  /** Whether what is shown is not of what is typed now. */
  stale: boolean;
}

/** What would happen, where and why, before anything happens. */
export function PlanPanel({ plan, error, shownElsewhere, stale }: PlanPanelProps) {
  return (
    <Section title={text.title} lead={text.lead} actions={stale && <Loader aria-label={text.planning} />}>
      <div aria-live="polite" aria-busy={stale}>
        {error ? (
          <PlanError error={error} shownElsewhere={shownElsewhere} />
        ) : plan ? (
          <Stack gap="md">
            <ChangeList plan={plan} empty={text.nothing} />
            {plan.changes.map((change) => (
              <ChangeDetails key={change.workload} change={change} />
            ))}
          </Stack>
        ) : (
          <Skeleton h={120} />
        )}
      </div>
    </Section>
  );
}

function PlanError({ error, shownElsewhere }: { error: ApiError; shownElsewhere: ReadonlySet<string> }) {
  const elsewhere = error.issues.length > 0 && error.issues.every(({ path }) => shownElsewhere.has(path));
  // Said once, at the field.
  if (elsewhere) return <Text c="dimmed">{text.fix}</Text>;
  return <ErrorNotice error={error} shownElsewhere={shownElsewhere} />;
}

function ChangeDetails({ change }: { change: PlanChange }) {
  return (
    <Stack gap="xs">
      {change.why && (
        <Disclosure title={explain.where(change.node_name)}>
          <WhyThere why={change.why} open />
        </Disclosure>
      )}
      {change.compose && (
        <Disclosure title={text.compose}>
          <Text size="sm" c="dimmed" mb="xs">
            {text.composeHint}
          </Text>
          <YamlView value={change.compose} label={text.composeLabel(change.workload)} />
        </Disclosure>
      )}
    </Stack>
  );
}
