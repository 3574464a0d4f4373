import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { Link } from 'react-router';
import { PHASE_LOOKS } from '../../ui/states';
import type { WorkloadNode } from './graph';
import classes from './Map.module.css';
import { workloadName } from './names';
import { Sides } from './sides';

export const WorkloadChip = memo(function WorkloadChip({ data }: NodeProps<WorkloadNode>) {
  const { workload, dim } = data;
  const { icon: Icon, tone, label } = PHASE_LOOKS[workload.phase];
  return (
    <Link
      to={`/deployments/${encodeURIComponent(workload.deployment)}`}
      className={`${classes.chip} ${dim ? classes.dim : ''} nodrag nopan`}
      title={workloadName(workload)}
    >
      <Sides />
      <Icon size={18} color={`var(--${tone})`} aria-hidden />
      <span className={classes.words}>
        <span>{workloadName(workload)}</span>
        <span className={classes.state}>{label}</span>
      </span>
    </Link>
  );
});
