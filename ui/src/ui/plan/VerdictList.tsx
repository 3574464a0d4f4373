import type { NodeVerdict } from '../../api/types';
import { reasonWords } from '../../text/explain';
import classes from './VerdictList.module.css';

/** Nodes with every reason why each cannot take the workload. */
export function VerdictList({ verdicts }: { verdicts: readonly NodeVerdict[] }) {
  return (
    <dl className={classes.list}>
      {verdicts.map((verdict) => (
        <div key={verdict.node} className={classes.row}>
          <dt>{verdict.name}</dt>
          <dd>
            <ul>
              {verdict.reasons.map((reason) => {
                const words = reasonWords(reason);
                return <li key={words}>{words}</li>;
              })}
            </ul>
          </dd>
        </div>
      ))}
    </dl>
  );
}
