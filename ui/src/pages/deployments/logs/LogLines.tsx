import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { logs as text } from '../../../text/deployments';
import { formatBytes } from '../../../ui/units';
import { Marked } from './Marked';
import type { KeptLine } from './log-buffer';
import classes from './LogLines.module.css';

/** As in the style sheet: all rows have the same height, so that a long log needs no measuring. */
const ROW = 24;
/** A line of a megabyte would make every frame slow. */
const SHOWN_CHARS = 2_000;
/** This near the end is at the end. */
const NEAR_END = 2 * ROW;

interface LogLinesProps {
  lines: readonly KeptLine[];
  /** What is searched for, to be marked. */
  words: string;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onOpen: (line: KeptLine) => void;
  empty: string;
}

/** Lines of a log; only those in sight are in the document. */
export function LogLines({ lines, words, follow, onFollow, onOpen, empty }: LogLinesProps) {
  const frame = useRef<HTMLDivElement>(null);
  // The compiler cannot see through the virtualiser, and nothing here is memoised by it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 30,
    getItemKey: (index) => lines[index]?.number ?? index,
  });

  const newest = lines.at(-1)?.number;
  useEffect(() => {
    if (follow && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [follow, newest]);

  // Whoever scrolls up wants to read, and whoever comes back to the end wants to follow.
  const onScroll = () => {
    const at = frame.current;
    if (!at) return;
    const atEnd = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_END;
    if (!atEnd && follow && rows.scrollDirection === 'backward') onFollow(false);
    if (atEnd && !follow) onFollow(true);
  };

  return (
    <div
      ref={frame}
      className={classes.frame}
      onScroll={onScroll}
      tabIndex={0}
      role="log"
      aria-label={text.label}
    >
      {lines.length === 0 ? (
        <p className={classes.empty}>{empty}</p>
      ) : (
        <div className={classes.all} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            return (
              line && (
                <div
                  key={row.key}
                  className={classes.row}
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <Row line={line} words={words} onOpen={onOpen} />
                </div>
              )
            );
          })}
        </div>
      )}
    </div>
  );
}

function Row({ line, words, onOpen }: { line: KeptLine; words: string; onOpen: (line: KeptLine) => void }) {
  const long = line.text.length > SHOWN_CHARS;
  return (
    <>
      <button
        type="button"
        className={classes.source}
        onClick={() => onOpen(line)}
        title={`${line.workload}/${line.service}`}
      >
        {line.service}
      </button>
      {line.stderr && <span className={classes.stderr}>{text.error}</span>}
      <span className={classes.text}>
        <Marked text={long ? line.text.slice(0, SHOWN_CHARS) : line.text} words={words} />
        {long && <em> {text.long(formatBytes(line.text.length))}</em>}
      </span>
    </>
  );
}
