import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { planUpdate, useUpdateDeployment } from '../../../api/queries/deployment-actions';
import type { Deployment, UpdateDeployment } from '../../../api/types';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { ChangeList } from '../../../ui/plan/ChangeList';
import { QueryView } from '../../../ui/QueryView';

interface ChangeDialogProps {
  deployment: Deployment;
  change: UpdateDeployment;
  title: string;
  lead: string;
  action: string;
  onClose: () => void;
}

/** Asks before a deployment is changed, and shows what would happen to its replicas. */
export function ChangeDialog({ deployment, change, title, lead, action, onClose }: ChangeDialogProps) {
  const update = useUpdateDeployment();
  const preview = useQuery({
    queryKey: ['plan', 'update', deployment.id, deployment.generation, change],
    queryFn: ({ signal }) => planUpdate(deployment, change, signal),
    staleTime: 0,
  });
  return (
    <ConfirmDialog
      title={title}
      action={action}
      size="lg"
      busy={update.isPending}
      error={update.error}
      onConfirm={() => update.mutate([deployment, change], { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">{lead}</Text>
      <QueryView query={preview}>{(plan) => <ChangeList plan={plan} />}</QueryView>
    </ConfirmDialog>
  );
}
