import { ActionIcon, CopyButton as MantineCopy, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { common } from '../text/common';

/** Copies a text; says so to eyes and ears. */
export function CopyButton({ value, label }: { value: string; label?: string }) {
  return (
    <MantineCopy value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? common.copied : (label ?? common.copy)}>
          <ActionIcon onClick={copy} aria-label={copied ? common.copied : (label ?? common.copy)} size="md">
            {copied ? <IconCheck size={16} color="var(--good)" /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </MantineCopy>
  );
}
