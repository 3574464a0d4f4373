import { Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Gpu, GpuItem, Node } from '../../../api/types';
import { type GpuPart, gpuParts } from '../../../fleet/gpus';
import { node as text } from '../../../text/nodes';
import { Section } from '../../../ui/Section';
import { formatMib, formatPercent } from '../../../ui/units';
import classes from './GpuCards.module.css';

/** Each GPU with whose its memory is: of workloads, of processes that were not placed here, kept free, free. */
export function GpuCards({ node }: { node: Node }) {
  const measured = new Map((node.usage.gpus ?? node.capabilities.gpus ?? []).map((gpu) => [gpu.uuid, gpu]));
  return (
    <Section title={text.gpusTitle}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {(node.gpus ?? []).map((gpu, index) => (
          <GpuCard key={gpu.uuid} gpu={gpu} index={index} measured={measured.get(gpu.uuid)} />
        ))}
      </SimpleGrid>
    </Section>
  );
}

function GpuCard({ gpu, index, measured }: { gpu: GpuItem; index: number; measured: Gpu | undefined }) {
  const parts = gpuParts(gpu);
  const total = gpu.memory_mib ?? 0;
  const readings = [
    measured?.utilization != null && text.busy(formatPercent(measured.utilization)),
    measured?.temperature != null && text.celsius(measured.temperature),
    measured?.power != null && text.watts(measured.power),
  ].filter(Boolean);
  return (
    <Card padding="md" className={classes.card}>
      <Stack gap="sm">
        <div>
          <Group justify="space-between" gap="xs">
            <Text fw={600} size="sm">
              {index} · {gpu.model}
            </Text>
            <Text size="sm" c="dimmed" className="tabular">
              {readings.join(' · ')}
            </Text>
          </Group>
          {gpu.used_mib != null && (
            <Text size="xs" c="dimmed">
              {text.inUse(formatMib(gpu.used_mib), formatMib(total))}
            </Text>
          )}
        </div>
        <div className={classes.bar} aria-hidden>
          {parts.map((part, order) => (
            <span key={order} data-kind={part.kind} style={{ flexGrow: part.mib }} />
          ))}
        </div>
        <ul className={classes.parts} aria-label={text.gpuMemory}>
          {parts.map((part, order) => (
            <li key={order}>
              <span className={classes.swatch} data-kind={part.kind} aria-hidden />
              <Owner part={part} />
              <Text span size="sm" c="dimmed" className="tabular">
                {formatMib(part.mib)}
              </Text>
            </li>
          ))}
        </ul>
      </Stack>
    </Card>
  );
}

const NAMES = { foreign: text.foreign, margin: text.margin, free: text.free } as const;
const HINTS = { foreign: text.foreignHint, margin: text.marginHint, free: undefined } as const;

function Owner({ part }: { part: GpuPart }) {
  if (part.kind === 'claim') {
    return (
      <Link to={`/deployments?q=${encodeURIComponent(part.owner ?? '')}`} className={classes.owner}>
        {part.owner}
      </Link>
    );
  }
  return (
    <span className={classes.owner} title={HINTS[part.kind]}>
      {NAMES[part.kind]}
    </span>
  );
}
