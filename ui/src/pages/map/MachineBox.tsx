import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { Link } from 'react-router';
import type { Phase } from '../../api/types';
import { map as text } from '../../text/map';
import { StateBadge } from '../../ui/StateBadge';
import { NODE_LOOKS, PHASE_LOOKS } from '../../ui/states';
import type { MachineNode } from './graph';
import classes from './Map.module.css';
import { Sides } from './sides';

/** A machine with room for its workloads; from afar with how many there are in which state. */
export const MachineBox = memo(function MachineBox({ data }: NodeProps<MachineNode>) {
  const { machine, far, dim } = data;
  const look = NODE_LOOKS[machine.node.status];
  const to = `/nodes/${encodeURIComponent(machine.name)}`;
  return (
    <div className={`${classes.machine} ${dim ? classes.dim : ''}`} data-tone={look.tone}>
      <Sides />
      {far ? (
        <div className={classes.far}>
          <Link to={to} className={`${classes.name} nodrag nopan`}>
            {machine.name}
          </Link>
          <ul className={classes.counts}>
            <li>
              <look.icon aria-hidden color={`var(--${look.tone})`} />
              {look.label}
            </li>
            {phasesOf(machine.workloads.map(({ phase }) => phase)).map(([phase, count]) => (
              <PhaseCount key={phase} phase={phase} count={count} />
            ))}
          </ul>
        </div>
      ) : (
        <>
          <div className={classes.head}>
            <Link to={to} className={`${classes.name} nodrag nopan`}>
              {machine.name}
            </Link>
            <StateBadge plain look={look} />
          </div>
          {machine.workloads.length === 0 && <div className={classes.none}>{text.empty}</div>}
        </>
      )}
    </div>
  );
});

function PhaseCount({ phase, count }: { phase: Phase; count: number }) {
  const { icon: Icon, tone, label } = PHASE_LOOKS[phase];
  return (
    <li>
      <Icon aria-hidden color={`var(--${tone})`} />
      {count} {label.toLowerCase()}
    </li>
  );
}

/** How many there are of each phase, in the order of the phases. */
function phasesOf(phases: readonly Phase[]): [phase: Phase, count: number][] {
  const known = Object.keys(PHASE_LOOKS) as Phase[];
  return known
    .map((wanted): [Phase, number] => [wanted, phases.filter((phase) => phase === wanted).length])
    .filter(([, count]) => count > 0);
}
