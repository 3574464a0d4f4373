import { type Document, isNode, isScalar, parseDocument } from 'yaml';
import type { ApplyStack, Issue } from '../../../api/types';
import { editor as text } from '../../../text/stacks';

/** Something wrong at some letters of the text. */
export interface Mark {
  from: number;
  to: number;
  message: string;
}

export type Parsed =
  | { ok: true; name: string; body: ApplyStack; document: Document }
  | { ok: false; marks: Mark[]; document: Document };

const START = { from: 0, to: 0 };

/** The whole letters of a key or value by its path; of the nearest parent that is there when it is not. */
export function rangeAt(document: Document, path: readonly string[]): { from: number; to: number } {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      const [from, to] = node.range;
      return { from, to: isScalar(node) ? to : Math.min(to, from + 1) };
    }
  }
  return START;
}

/** The stack that a text describes, or what is wrong with its form. What it says is for the server to judge. */
export function parseStack(source: string): Parsed {
  const document = parseDocument(source, { prettyErrors: false });
  const wrong = document.errors.map(({ pos: [from, to], message }) => ({ from, to, message }));
  if (wrong.length > 0) return { ok: false, marks: wrong, document };
  const refuse = (message: string, at = START): Parsed => ({
    ok: false,
    marks: [{ ...at, message }],
    document,
  });
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(text.notAMap);
  const { name, services, ...rest } = value as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return refuse(text.unknownKey(unknown), rangeAt(document, [unknown]));
  if (typeof name !== 'string' || name === '') return refuse(text.noName);
  if (typeof services !== 'object' || services === null || Array.isArray(services)) {
    return refuse(text.noServices);
  }
  // The server says what is not right below this.
  return { ok: true, name, body: { services } as ApplyStack, document };
}

/** Where the issues of the server are in the text. */
export function marksOf(issues: readonly Issue[], document: Document): Mark[] {
  return issues.map(({ path, message, hint }) => {
    const parts = path.split('/').slice(1);
    const unescaped = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    return { ...rangeAt(document, unescaped), message: hint ? `${message} (${hint})` : message };
  });
}
