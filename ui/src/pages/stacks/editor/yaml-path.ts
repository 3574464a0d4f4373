/** Where in a YAML text the writing is, also while it is not whole: by indentation. */
export interface Position {
  /** The keys above, from the outside in. */
  path: string[];
  /** The key before the colon on this line when a value is written. */
  key: string | undefined;
  /** What of the word is written already, and where it begins. */
  word: string;
  from: number;
  /** Keys that stand beside. */
  siblings: string[];
}

const LINE = /^(\s*)([A-Za-z0-9_.-]+):(?:\s|$)/;

const indentOf = (line: string) => line.length - line.trimStart().length;

export function positionAt(source: string, cursor: number): Position {
  const start = source.lastIndexOf('\n', cursor - 1) + 1;
  const lines = source.split('\n');
  const row = source.slice(0, start).split('\n').length - 1;
  const before = source.slice(start, cursor);
  const indent = indentOf(before.trim() === '' ? before : (lines[row] ?? ''));
  const path: string[] = [];
  let limit = before.trim() === '' ? before.length : indent;
  for (let up = row - 1; up >= 0 && limit > 0; up -= 1) {
    const match = LINE.exec(lines[up] ?? '');
    const own = match?.[1]?.length ?? Infinity;
    if (match && own < limit) {
      path.unshift(match[2] ?? '');
      limit = own;
    }
  }
  const written = LINE.exec(before);
  const value = written ? before.slice(written[0].length) : before.trimStart();
  const word = /[^\s"'[{,]*$/.exec(value)?.[0] ?? '';
  return {
    path,
    key: written?.[2],
    word,
    from: cursor - word.length,
    siblings: siblingsOf(lines, row, indent),
  };
}

function siblingsOf(lines: readonly string[], row: number, indent: number): string[] {
  const found: string[] = [];
  const collect = (rows: Iterable<number>) => {
    for (const at of rows) {
      const line = lines[at] ?? '';
      if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
      if (indentOf(line) < indent) return;
      const match = LINE.exec(line);
      if (match && match[1]?.length === indent) found.push(match[2] ?? '');
    }
  };
  collect(Array.from({ length: row }, (_, index) => row - 1 - index));
  collect(Array.from({ length: lines.length - row - 1 }, (_, index) => row + 1 + index));
  return found;
}
