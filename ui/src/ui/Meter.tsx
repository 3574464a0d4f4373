import { Group, Text } from '@mantine/core';
import { meter as text } from '../text/meter';
import classes from './Meter.module.css';

interface MeterProps {
  label: string;
  total: number;
  /** What is promised to workloads. */
  reserved: number;
  /** What is really in use; left out when nobody measured it. */
  used?: number | undefined;
  format: (amount: number) => string;
  /** Without the words below, for cards. */
  compact?: boolean;
}

const share = (part: number, whole: number) => `${whole > 0 ? Math.min(100, (100 * part) / whole) : 0}%`;

/** Allocation and real use of one resource told apart: the thick bar is promised, the thin one is in use. */
export function Meter({ label, total, reserved, used, format, compact = false }: MeterProps) {
  const words = [
    text.reserved(format(reserved)),
    used === undefined ? text.notMeasured : text.used(format(used)),
  ];
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={5} wrap="nowrap">
        <Text size="sm" fw={550}>
          {label}
        </Text>
        <Text size="sm" c="dimmed" className="tabular">
          {total > 0 ? `${format(reserved)} / ${format(total)}` : text.nothing}
        </Text>
      </Group>
      <div role="img" aria-label={`${label}: ${words.join(', ')}, ${text.total(format(total))}`}>
        <div className={classes.track}>
          <div className={classes.reserved} style={{ width: share(reserved, total) }} />
        </div>
        <div className={classes.thin}>
          <div className={classes.used} style={{ width: share(used ?? 0, total) }} />
        </div>
      </div>
      {!compact && (
        <Group gap="md" mt={6} aria-hidden>
          <span className={classes.key} data-kind="reserved">
            {words[0]}
          </span>
          <span className={classes.key} data-kind="used">
            {words[1]}
          </span>
        </Group>
      )}
    </div>
  );
}
