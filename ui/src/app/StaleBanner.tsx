import { IconCloudOff } from '@tabler/icons-react';
import { useLiveState } from '../live/useLive';
import { app } from '../text/app';
import { formatTime } from '../ui/time';
import classes from './StaleBanner.module.css';

/** Says that what is shown may be old. It is in the document from the start, so that screen readers hear it appear. */
export function StaleBanner() {
  const state = useLiveState();
  return (
    <div role="alert">
      {state.phase === 'stale' && (
        <div className={classes.banner}>
          <IconCloudOff size={18} aria-hidden />
          <span>
            <strong>{app.stale(formatTime(state.since))}</strong> {app.staleHint}
          </span>
        </div>
      )}
    </div>
  );
}
