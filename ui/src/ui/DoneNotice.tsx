import { Alert } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Says that what was asked for is done. */
export function DoneNotice({ children }: { children: ReactNode }) {
  return (
    <Alert
      color="gray"
      variant="outline"
      role="status"
      icon={<IconCircleCheck aria-hidden color="var(--good)" />}
    >
      {children}
    </Alert>
  );
}
