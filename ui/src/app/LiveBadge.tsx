import { Tooltip } from '@mantine/core';
import { IconBroadcast, IconCloudOff, IconRefresh } from '@tabler/icons-react';
import { useLiveState } from '../live/useLive';
import { app } from '../text/app';
import { type Look, StateBadge } from '../ui/StateBadge';

const LOOKS = {
  connecting: { tone: 'calm', icon: IconRefresh, label: app.live.connecting },
  live: { tone: 'good', icon: IconBroadcast, label: app.live.live },
  polling: { tone: 'calm', icon: IconRefresh, label: app.live.polling },
  stale: { tone: 'warn', icon: IconCloudOff, label: app.live.stale },
} as const satisfies Record<string, Look>;

export function LiveBadge() {
  const { phase } = useLiveState();
  const hint = phase === 'polling' ? app.live.pollingHint : phase === 'live' ? app.live.liveHint : undefined;
  return (
    <Tooltip label={hint} disabled={hint === undefined}>
      <span role="status">
        <StateBadge look={LOOKS[phase]} />
      </span>
    </Tooltip>
  );
}
