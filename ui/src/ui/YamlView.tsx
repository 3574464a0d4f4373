import { Fragment } from 'react';
import { CopyButton } from './CopyButton';
import classes from './YamlView.module.css';

type Kind = 'key' | 'string' | 'value' | 'comment' | 'plain';

/** Key, then the colon; a list's dash may stand before it. */
const KEY = /^(\s*(?:- )*)((?:"[^"]*"|'[^']*'|[^\s#'"][^:#]*?)):(?=\s|$)/;

/** The parts of one line of YAML, good enough to read by; it is not a parser. */
export function yamlParts(line: string): { kind: Kind; text: string }[] {
  const parts: { kind: Kind; text: string }[] = [];
  const put = (kind: Kind, text: string) => {
    if (text !== '') parts.push({ kind, text });
  };
  let rest = line;
  const key = KEY.exec(line);
  if (key) {
    put('plain', key[1] ?? '');
    put('key', key[2] ?? '');
    put('plain', ':');
    rest = line.slice(key[0].length);
  }
  const comment = /(^|\s)#.*$/.exec(rest);
  const quoted = /^(\s*(?:- )?)(["'])(?:.*)\2\s*$/.exec(rest);
  const value = comment && !quoted ? rest.slice(0, comment.index) : rest;
  const kind = quoted ? 'string' : key ? 'value' : 'plain';
  put(kind, value);
  if (comment && !quoted) put('comment', rest.slice(comment.index));
  return parts;
}

interface YamlViewProps {
  value: string;
  label: string;
  /** Lines beyond this scroll. */
  maxHeight?: number | string;
}

/** A document to read and copy. */
export function YamlView({ value, label, maxHeight = 480 }: YamlViewProps) {
  const lines = value.replace(/\n$/, '').split('\n');
  return (
    <div className={classes.frame}>
      <div className={classes.copy}>
        <CopyButton value={value} />
      </div>
      <pre className={classes.code} style={{ maxHeight }} role="region" tabIndex={0} aria-label={label}>
        {lines.map((line, number) => (
          <Fragment key={number}>
            {yamlParts(line).map((part, index) => (
              <span key={index} data-kind={part.kind}>
                {part.text}
              </span>
            ))}
            {'\n'}
          </Fragment>
        ))}
      </pre>
    </div>
  );
}
