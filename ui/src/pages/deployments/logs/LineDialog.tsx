import { Group, Modal, Text } from '@mantine/core';
import { common } from '../../../text/common';
import { logs as text } from '../../../text/deployments';
import { CopyButton } from '../../../ui/CopyButton';
import { useReturnFocus } from '../../../ui/useReturnFocus';
import type { KeptLine } from './log-buffer';
import classes from './LogLines.module.css';

/** One line as a whole, however long it is. */
export function LineDialog({ line, onClose }: { line: KeptLine; onClose: () => void }) {
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.lineTitle}
      size="xl"
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          {[`${line.workload}/${line.service}`, line.at, line.stderr && text.error]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        <CopyButton value={line.text} />
      </Group>
      <pre className={classes.whole} role="region" aria-label={text.lineTitle} tabIndex={0}>
        {line.text}
      </pre>
    </Modal>
  );
}
