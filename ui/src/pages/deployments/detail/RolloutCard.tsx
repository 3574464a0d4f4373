import { Button, Card, Group, Progress, Stack, Text } from '@mantine/core';
import { useUpdateDeployment } from '../../../api/queries/deployment-actions';
import type { Deployment, Rollout } from '../../../api/types';
import { IfAllowed } from '../../../app/session-context';
import { deployment as text, deploymentActions } from '../../../text/deployments';
import { Ago } from '../../../ui/Ago';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { StateBadge } from '../../../ui/StateBadge';
import { ROLLOUT_LOOKS } from '../../../ui/states';
import { PullList } from './PullList';

/** How far the way to the wanted revision is; nothing once it is there. */
export function RolloutCard({ deployment: d }: { deployment: Deployment }) {
  const { rollout } = d;
  if (!rollout || rollout.phase === 'complete') return null;
  return (
    <Card>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="sm">
            <Text fw={600}>{text.rollout}</Text>
            <StateBadge look={ROLLOUT_LOOKS[rollout.phase]} />
          </Group>
          <Text size="sm" c="dimmed" component="div">
            {text.lastProgress}: <Ago at={rollout.progressed_at} />
          </Text>
        </Group>
        <Bar deployment={d} rollout={rollout} />
        {rollout.reason && <Text size="sm">{rollout.reason}</Text>}
        {d.update?.paused && <Text size="sm">{text.paused}</Text>}
        <PullList workloads={d.workloads} />
        <Promote deployment={d} rollout={rollout} />
      </Stack>
    </Card>
  );
}

const COLOURS = {
  progressing: 'var(--busy)',
  complete: 'var(--good)',
  rolled_back: 'var(--warn)',
  failed: 'var(--bad)',
} as const satisfies Record<Rollout['phase'], string>;

function Bar({ deployment: d, rollout }: { deployment: Deployment; rollout: Rollout }) {
  const share = (count: number) => (d.replicas > 0 ? (100 * count) / d.replicas : 0);
  const ready = Math.min(d.ready, rollout.updated);
  return (
    <div>
      <Progress.Root size="lg" aria-hidden>
        <Progress.Section value={share(ready)} color="var(--good)" />
        <Progress.Section value={share(rollout.updated - ready)} color={COLOURS[rollout.phase]} striped />
      </Progress.Root>
      <Text size="sm" c="dimmed" mt={6}>
        {[
          text.rolloutOf(rollout.updated, d.replicas, rollout.to),
          text.rolloutReady(d.ready, d.replicas),
          rollout.from != null && text.rolloutFrom(rollout.from),
        ]
          .filter(Boolean)
          .join(', ')}
      </Text>
    </div>
  );
}

/** Canaries that wait for a person. */
function Promote({ deployment: d, rollout }: { deployment: Deployment; rollout: Rollout }) {
  const update = useUpdateDeployment();
  const canary = d.update?.canary;
  const waits =
    rollout.phase === 'progressing' &&
    d.update?.strategy === 'canary' &&
    canary?.manual === true &&
    canary.promoted !== rollout.to;
  if (!waits) return null;
  const promote = () =>
    update.mutate([d, { update: { ...d.update, canary: { ...canary, promoted: rollout.to } } }]);
  return (
    <Stack gap="xs">
      <Text size="sm">{text.canaryWaits}</Text>
      <IfAllowed role="operator">
        <Group>
          <Button size="xs" loading={update.isPending} onClick={promote}>
            {deploymentActions.promote}
          </Button>
        </Group>
      </IfAllowed>
      {update.isError && <ErrorNotice error={update.error} />}
    </Stack>
  );
}
