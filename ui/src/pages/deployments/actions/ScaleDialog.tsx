import { NumberInput, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { planUpdate, useUpdateDeployment } from '../../../api/queries/deployment-actions';
import type { Deployment } from '../../../api/types';
import { deploymentActions as text } from '../../../text/deployments';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { ChangeList } from '../../../ui/plan/ChangeList';
import { usePlan } from '../../../ui/plan/usePlan';

export function ScaleDialog({ deployment: d, onClose }: { deployment: Deployment; onClose: () => void }) {
  const [replicas, setReplicas] = useState<number | string>(d.replicas);
  const update = useUpdateDeployment();
  const change = typeof replicas === 'number' ? { replicas } : undefined;
  const { plan, error, stale } = usePlan(['scale', d.id], change, (wanted, signal) =>
    planUpdate(d, wanted, signal),
  );
  return (
    <ConfirmDialog
      title={text.scaleTitle(d.name)}
      action={text.scale}
      size="lg"
      busy={update.isPending}
      disabled={change === undefined || stale || error !== null}
      error={update.error}
      onConfirm={() => change && update.mutate([d, change], { onSuccess: onClose })}
      onClose={onClose}
    >
      <NumberInput
        label={text.scaleField}
        min={0}
        allowDecimal={false}
        value={replicas}
        onChange={setReplicas}
        maw={160}
        data-autofocus
      />
      {error ? <ErrorNotice error={error} /> : plan ? <ChangeList plan={plan} /> : <Skeleton h={60} />}
    </ConfirmDialog>
  );
}
