import { Button, Group, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { useUpdateDeployment } from '../../api/queries/deployment-actions';
import type { Deployment } from '../../api/types';
import { IfAllowed } from '../../app/session-context';
import { models as text } from '../../text/models';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useErrorToast } from '../../ui/useErrorToast';

/** Starts a model that is stopped, and asks before it stops one that runs. */
export function RunSwitch({ deployment }: { deployment: Deployment }) {
  const [asking, setAsking] = useState(false);
  const update = useUpdateDeployment();
  // While it is asked, the dialog shows what went wrong.
  useErrorToast(asking ? undefined : update.error);
  const { name, status } = deployment;
  if (status === 'removing') return null;
  const stop = () => update.mutate([deployment, { state: 'stopped' }], { onSuccess: () => setAsking(false) });
  return (
    <IfAllowed role="operator">
      <Group>
        {status === 'stopped' ? (
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            loading={update.isPending}
            aria-label={`${text.start} ${name}`}
            onClick={() => update.mutate([deployment, { state: 'running' }])}
          >
            {text.start}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerStop size={15} aria-hidden />}
            aria-label={`${text.stop} ${name}`}
            onClick={() => setAsking(true)}
          >
            {text.stop}
          </Button>
        )}
      </Group>
      {asking && (
        <ConfirmDialog
          title={text.stopTitle(name)}
          action={text.stop}
          danger
          busy={update.isPending}
          error={update.error}
          onConfirm={stop}
          onClose={() => setAsking(false)}
        >
          <Text>{text.stopLead}</Text>
        </ConfirmDialog>
      )}
    </IfAllowed>
  );
}
