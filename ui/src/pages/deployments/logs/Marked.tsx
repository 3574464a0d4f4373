import { Fragment } from 'react';

/** A text in which what is searched for is marked, as often as it is there. */
export function Marked({ text, words }: { text: string; words: string }) {
  if (words === '') return text;
  const lower = text.toLowerCase();
  const wanted = words.toLowerCase();
  const parts: { at: number; before: string; found: string }[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    const end = at + wanted.length;
    parts.push({ at, before: text.slice(from, at), found: text.slice(at, end) });
    from = end;
  }
  return (
    <>
      {parts.map(({ at, before, found }) => (
        <Fragment key={at}>
          {before}
          <mark>{found}</mark>
        </Fragment>
      ))}
      {text.slice(from)}
    </>
  );
}
