import type { Difference } from '../api/types';
import { differences as text } from '../text/differences';
import classes from './DifferenceTable.module.css';

const shown = (value: unknown) => {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
};

/** What is different, before and after. Signs and words tell them apart, not only colours. */
export function DifferenceTable({ differences }: { differences: readonly Difference[] }) {
  return (
    <dl className={classes.table}>
      {differences.map((difference) => (
        <div key={difference.path} className={classes.row}>
          <dt>{difference.path}</dt>
          <Side kind="before" value={shown(difference.before)} />
          <Side kind="after" value={shown(difference.after)} />
        </div>
      ))}
    </dl>
  );
}

function Side({ kind, value }: { kind: 'before' | 'after'; value: string | undefined }) {
  return (
    <dd data-kind={kind} aria-label={text[kind]}>
      <span aria-hidden>{kind === 'before' ? '−' : '+'}</span>
      {value === undefined ? <em>{text.nothing}</em> : <code>{value}</code>}
    </dd>
  );
}
