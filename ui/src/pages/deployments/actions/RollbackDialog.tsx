import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { planRollback, useRollback } from '../../../api/queries/deployment-actions';
import type { Deployment } from '../../../api/types';
import { deploymentActions as text } from '../../../text/deployments';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { ChangeList } from '../../../ui/plan/ChangeList';
import { QueryView } from '../../../ui/QueryView';

interface RollbackDialogProps {
  deployment: Deployment;
  revision: number;
  onClose: () => void;
}

export function RollbackDialog({ deployment, revision, onClose }: RollbackDialogProps) {
  const rollback = useRollback();
  const preview = useQuery({
    queryKey: ['plan', 'rollback', deployment.id, deployment.generation, revision],
    queryFn: () => planRollback(deployment, revision),
    staleTime: 0,
  });
  return (
    <ConfirmDialog
      title={text.rollbackTitle(deployment.name, revision)}
      action={text.rollback}
      size="lg"
      busy={rollback.isPending}
      error={rollback.error}
      onConfirm={() => rollback.mutate([deployment, revision], { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">{text.rollbackLead}</Text>
      <QueryView query={preview}>{(plan) => <ChangeList plan={plan} />}</QueryView>
    </ConfirmDialog>
  );
}
