import { Tooltip } from '@mantine/core';
import { common } from '../text/common';
import { formatFull, formatSpan } from './time';
import { useNow } from './useNow';

/** How long something is still good for, with the exact time on demand. */
export function Until({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (at == null) return <span>{common.never}</span>;
  const then = new Date(at);
  const seconds = (then.getTime() - now) / 1000;
  return (
    <Tooltip label={formatFull(then)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {seconds <= 0 ? common.over : common.within(formatSpan(seconds))}
      </time>
    </Tooltip>
  );
}
