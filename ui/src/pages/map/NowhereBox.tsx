import type { NodeProps } from '@xyflow/react';
import { IconMapPinOff } from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'react-router';
import { map as text } from '../../text/map';
import type { NowhereNode } from './graph';
import classes from './Map.module.css';

/** Deployments that miss replicas which no node could take. */
export const NowhereBox = memo(function NowhereBox({ data }: NodeProps<NowhereNode>) {
  return (
    <div className={classes.machine} data-tone="warn" data-nowhere>
      <div className={classes.head}>
        <span className={classes.name}>{text.nowhere}</span>
        <IconMapPinOff size={18} color="var(--warn)" aria-hidden />
      </div>
      <div className={classes.none}>
        {data.nowhere.map(({ deployment, missing }) => (
          <div key={deployment}>
            <Link
              to={`/deployments/${encodeURIComponent(deployment)}`}
              className={`${classes.name} nodrag nopan`}
            >
              {deployment}
            </Link>{' '}
            {text.missing(missing)}
          </div>
        ))}
      </div>
    </div>
  );
});
