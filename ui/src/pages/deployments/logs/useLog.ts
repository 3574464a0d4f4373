import { useEffect, useState } from 'react';
import { LogBuffer } from './log-buffer';
import { logAddress, readLog } from './log-stream';
import type { LogLine } from '../../../api/types';

/** So many lines of each service are read at first. */
const TAIL = 10_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export type LogPhase = 'connecting' | 'open' | 'ended' | 'failed';

export interface Log {
  buffer: LogBuffer;
  phase: LogPhase;
  error: Error | undefined;
}

/** The log of a deployment, followed for as long as it is looked at; when it breaks off it is taken up again. */
export function useLog(deployment: string): Log {
  const [buffer] = useState(() => new LogBuffer());
  const [state, setState] = useState<Omit<Log, 'buffer'>>({ phase: 'connecting', error: undefined });

  useEffect(() => {
    const stop = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    let wait = FIRST_WAIT_MS;
    let last: LogLine | undefined;

    const later = (phase: LogPhase, error?: Error) => {
      setState({ phase, error });
      again = setTimeout(read, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    const read = () => {
      const since = last?.at ?? undefined;
      const address = logAddress(
        deployment,
        since === undefined ? { follow: true, tail: TAIL } : { follow: true, since },
      );
      // Without times there is nothing to go on behind: the log is read anew.
      if (since === undefined) buffer.clear();
      // What came last before the break comes once more.
      const known = since === undefined ? NONE : buffer.lines.filter((line) => line.at === since);
      const handlers = {
        onOpen: () => {
          setState({ phase: 'open', error: undefined });
          wait = FIRST_WAIT_MS;
        },
        onLines: (lines: LogLine[]) => {
          buffer.append(known.length === 0 ? lines : lines.filter((line) => !isKnown(line, known)));
          last = lines.at(-1) ?? last;
        },
        onEnd: () => later('ended'),
        onError: (error: Error) => later('failed', error),
      };
      void readLog(address, handlers, stop.signal);
    };
    read();
    return () => {
      stop.abort();
      clearTimeout(again);
    };
  }, [deployment, buffer]);

  return { buffer, ...state };
}

const NONE: readonly LogLine[] = [];

const isKnown = (line: LogLine, known: readonly LogLine[]) =>
  known.some((other) => other.at === line.at && other.workload === line.workload && other.text === line.text);
