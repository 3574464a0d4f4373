import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { common } from '../text/common';
import { CodeLine } from './CodeLine';

interface ShownOnceProps {
  title: string;
  /** The secret, or a command that holds it. */
  value: string;
  /** What to do with it. */
  hint: string;
  children?: ReactNode;
  onClose: () => void;
}

/** A secret that the server tells only once. It is closed by a button, never by a click beside it. */
export function ShownOnce({ title, value, hint, children, onClose }: ShownOnceProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Text>{hint}</Text>
        <CodeLine value={value} />
        {children}
        <Group justify="flex-end">
          <Button onClick={onClose}>{common.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
