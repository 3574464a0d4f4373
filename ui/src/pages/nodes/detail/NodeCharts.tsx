import { Skeleton, Stack, Text } from '@mantine/core';
import { Suspense, lazy, useSyncExternalStore } from 'react';
import type { Node } from '../../../api/types';
import { type Sample, historyOf, subscribeHistory } from '../../../fleet/history';
import { node as text } from '../../../text/nodes';
import { Section } from '../../../ui/Section';
import { formatPercent } from '../../../ui/units';

const LineChart = lazy(async () => ({ default: (await import('../../../ui/LineChart')).LineChart }));

const HEIGHT = 96;
/** Fewer make no line. */
const LEAST = 2;

/** What the node measured since the page was opened. */
export function NodeCharts({ node }: { node: Node }) {
  const history = useSyncExternalStore(subscribeHistory, () => historyOf(node.id));
  const gpus = history.some((sample) => sample.gpu !== null);
  return (
    <Section title={text.use} lead={text.useHint}>
      {history.length < LEAST ? (
        <Text c="dimmed" size="sm">
          {text.waitingForSamples}
        </Text>
      ) : (
        <Stack gap="md">
          <Chart label={text.cpuChart} history={history} pick={(s) => s.cpu} />
          <Chart label={text.memoryChart} history={history} pick={(s) => s.memory} />
          {gpus && <Chart label={text.gpuChart} history={history} pick={(s) => s.gpu} />}
        </Stack>
      )}
    </Section>
  );
}

interface ChartProps {
  label: string;
  history: readonly Sample[];
  pick: (sample: Sample) => number | null;
}

function Chart({ label, history, pick }: ChartProps) {
  const values = history.map(pick);
  const last = values.findLast((value) => value !== null);
  return (
    <div>
      <Text size="sm" fw={550}>
        {label}{' '}
        <Text span c="dimmed" fw={400} className="tabular">
          {last != null && formatPercent(last)}
        </Text>
      </Text>
      <Suspense fallback={<Skeleton h={HEIGHT} />}>
        <LineChart label={label} times={history.map((s) => s.at)} values={values} height={HEIGHT} />
      </Suspense>
    </div>
  );
}
