import { Tooltip } from '@mantine/core';
import { common } from '../text/common';
import { formatFull, formatSpan } from './time';
import { useNow } from './useNow';

/** How long ago something was, with the exact time on demand. */
export function Ago({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (at == null) return <span>{common.never}</span>;
  const then = new Date(at);
  const seconds = (now - then.getTime()) / 1000;
  // Clocks of servers and readers differ a little: the near future is now.
  const words = seconds < 1 ? common.now : common.ago(formatSpan(seconds));
  return (
    <Tooltip label={formatFull(then)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {words}
      </time>
    </Tooltip>
  );
}
