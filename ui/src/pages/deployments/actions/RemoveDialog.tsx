import { Text } from '@mantine/core';
import { useNavigate } from 'react-router';
import { useRemoveDeployment } from '../../../api/queries/deployment-actions';
import type { Deployment } from '../../../api/types';
import { deploymentActions as text } from '../../../text/deployments';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';

export function RemoveDialog({ deployment, onClose }: { deployment: Deployment; onClose: () => void }) {
  const navigate = useNavigate();
  const remove = useRemoveDeployment();
  return (
    <ConfirmDialog
      title={text.removeTitle(deployment.name)}
      action={text.remove}
      danger
      typed={deployment.name}
      busy={remove.isPending}
      error={remove.error}
      // Callbacks of `mutate` are lost when the page turns into "gone" before they are due; the promise is not.
      onConfirm={() => {
        void remove.mutateAsync([deployment]).then(
          () => navigate('/deployments'),
          // It is shown as `error`.
          () => undefined,
        );
      }}
      onClose={onClose}
    >
      <Text size="sm">{text.removeLead}</Text>
    </ConfirmDialog>
  );
}
