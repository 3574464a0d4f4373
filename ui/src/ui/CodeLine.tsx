import { Group } from '@mantine/core';
import classes from './CodeLine.module.css';
import { CopyButton } from './CopyButton';

/** A command or an address that is there to be copied. */
export function CodeLine({ value, label }: { value: string; label?: string }) {
  return (
    <Group className={classes.line} wrap="nowrap" gap="xs">
      <code className={classes.code}>{value}</code>
      <CopyButton value={value} {...(label !== undefined && { label })} />
    </Group>
  );
}
