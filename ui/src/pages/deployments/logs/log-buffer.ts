import type { LogLine } from '../../../api/types';

/** A line as it is kept: with its number, and without what only terminals understand. */
export interface KeptLine extends LogLine {
  number: number;
}

/** The most lines that are kept; the download has all. */
export const KEPT = 100_000;
/** Dropping one by one would copy the whole log at each line. */
const SLACK = 10_000;

// Sequences of ANSI terminals: colours, cursor, titles of windows.
// eslint-disable-next-line no-control-regex
const ANSI = /\u001b(?:\[[0-9;?]*[A-Za-z]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;

type Listener = () => void;

/** The lines of one log. They are appended many at a time and looked at as an unchanging list with a version. */
export class LogBuffer {
  #lines: KeptLine[] = [];
  #next = 0;
  #dropped = 0;
  #version = 0;
  readonly #listeners = new Set<Listener>();

  readonly version = (): number => this.#version;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get lines(): readonly KeptLine[] {
    return this.#lines;
  }

  /** How many lines are not kept any more. */
  get dropped(): number {
    return this.#dropped;
  }

  append(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    for (const line of lines) {
      this.#lines.push({ ...line, text: line.text.replace(ANSI, ''), number: this.#next++ });
    }
    if (this.#lines.length > KEPT + SLACK) {
      const over = this.#lines.length - KEPT;
      this.#lines = this.#lines.slice(over);
      this.#dropped += over;
    }
    this.#tell();
  }

  clear(): void {
    this.#lines = [];
    this.#dropped = 0;
    this.#tell();
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** Which lines are shown. */
export interface LogFilter {
  search: string;
  service: string;
}

/**
 * The lines of a buffer that a filter shows. Asked again it looks only at lines that are new: the whole of a long log is
 * searched once, when the filter changes.
 */
export class LogSearch {
  #found: KeptLine[] = [];
  #looked = 0;
  readonly #words: string;
  readonly #service: string;

  constructor(filter: LogFilter) {
    this.#words = filter.search.toLowerCase();
    this.#service = filter.service;
  }

  matches(buffer: LogBuffer): readonly KeptLine[] {
    const { lines } = buffer;
    if (this.#words === '' && this.#service === '') return lines;
    const first = lines[0]?.number ?? this.#looked;
    const fresh = lines.slice(Math.max(0, this.#looked - first)).filter((line) => this.#shows(line));
    const kept =
      (this.#found[0]?.number ?? first) < first ? this.#found.filter((l) => l.number >= first) : this.#found;
    if (fresh.length > 0 || kept !== this.#found) this.#found = [...kept, ...fresh];
    this.#looked = (lines.at(-1)?.number ?? first - 1) + 1;
    return this.#found;
  }

  #shows(line: KeptLine): boolean {
    if (this.#service !== '' && line.service !== this.#service) return false;
    return this.#words === '' || line.text.toLowerCase().includes(this.#words);
  }
}
