import { Progress, Stack, Text } from '@mantine/core';
import type { Workload } from '../../../api/types';
import { deployment as text } from '../../../text/deployments';
import { formatBytes } from '../../../ui/units';

/** Images that nodes are pulling, with how far they are. */
export function PullList({ workloads }: { workloads: readonly Workload[] }) {
  const pulling = workloads.flatMap((workload) =>
    workload.state.progress ? [{ workload, progress: workload.state.progress }] : [],
  );
  if (pulling.length === 0) return null;
  return (
    <Stack gap="sm">
      {pulling.map(({ workload, progress }) => {
        const done = progress.done_bytes ?? 0;
        const total = progress.total_bytes ?? 0;
        const label = `${text.pulling(progress.image ?? '')}, ${workload.node_name ?? workload.node}`;
        return (
          <div key={workload.id}>
            <Text size="sm">
              {label}{' '}
              <Text span c="dimmed" className="tabular">
                {total > 0
                  ? text.pulled(formatBytes(done), formatBytes(total))
                  : text.pullSize(formatBytes(done))}
              </Text>
            </Text>
            <Progress value={total > 0 ? (100 * done) / total : 0} mt={4} aria-label={label} />
          </div>
        );
      })}
    </Stack>
  );
}
