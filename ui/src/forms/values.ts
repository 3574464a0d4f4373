import type { Field } from './schema';

/** What was typed, by the name of the parameter. Only what was touched is in it. */
export type Draft = Readonly<Record<string, string | boolean>>;

/** Values that are stored already, as the server shows them: passwords are masked. */
export type Current = Readonly<Record<string, unknown>>;

/** What a field shows: what was typed, else what is stored, else its default. */
export function shownValue(field: Field, draft: Draft, current: Current = {}): string | boolean {
  const typed = draft[field.name];
  if (typed !== undefined) return typed;
  if (field.kind === 'password') return '';
  const value = current[field.name] ?? field.default;
  if (field.kind === 'bool') return value === true;
  if (typeof value === 'string') return value;
  return value == null ? '' : JSON.stringify(value);
}

/** A text that is no number is sent as it is: the server says what is wrong with it. */
function valueOf(field: Field, typed: string | boolean): unknown {
  if (typeof typed === 'boolean') return typed;
  const numeric = field.kind === 'int' || field.kind === 'port';
  return numeric && /^[+-]?\d+$/.test(typed.trim()) ? Number(typed) : typed;
}

/** Whether an emptied field means "not given": an empty text is a value only where the default is another text. */
function isLeftOut(field: Field, typed: string | boolean): boolean {
  if (typed !== '') return false;
  return field.kind !== 'string' || field.default == null || field.default === '';
}

/** The parameters that a draft gives. What is as the template has it is left to the template. */
export function paramsOf(fields: readonly Field[], draft: Draft): Record<string, unknown> {
  const given = fields.flatMap((field): [string, unknown][] => {
    const typed = draft[field.name];
    if (typed === undefined || isLeftOut(field, typed)) return [];
    const value = valueOf(field, typed);
    return value === field.default ? [] : [[field.name, value]];
  });
  return Object.fromEntries(given);
}

/** What has to be sent so that a deployment has what was typed; null takes a parameter back to its default. */
export function changedParams(
  fields: readonly Field[],
  draft: Draft,
  current: Current,
): Record<string, unknown> {
  const changes = fields.flatMap((field): [string, unknown][] => {
    const typed = draft[field.name];
    if (typed === undefined) return [];
    // A password that is left empty stays as it is: nobody was shown it.
    if (isLeftOut(field, typed)) {
      return field.kind === 'password' || !(field.name in current) ? [] : [[field.name, null]];
    }
    const value = valueOf(field, typed);
    const now = field.name in current ? current[field.name] : field.default;
    return value === now ? [] : [[field.name, value]];
  });
  return Object.fromEntries(changes);
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password of this length from the browser's own randomness; 32 letters make five bits each. */
export function generatePassword(length = 26): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('');
}
