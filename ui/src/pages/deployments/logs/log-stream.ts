import { errorOf, unreachable } from '../../../api/errors';
import { sessionStore } from '../../../api/session-store';
import type { ErrorBody, LogLine } from '../../../api/types';

export interface LogHandlers {
  onOpen: () => void;
  onLines: (lines: LogLine[]) => void;
  /** The log came to its end, without an error. */
  onEnd: () => void;
  onError: (error: Error) => void;
}

/** How often what came is handed on: often enough to look live, seldom enough for thousands of lines a second. */
const FLUSH_MS = 100;

/** Where the log of a deployment is; `since` goes on behind what was read already. */
export function logAddress(
  deployment: string,
  options: { follow: boolean; tail?: number; since?: string },
): string {
  const query = new URLSearchParams({ follow: String(options.follow) });
  if (options.tail !== undefined) query.set('tail', String(options.tail));
  if (options.since !== undefined) query.set('since', options.since);
  return `/api/v1/deployments/${encodeURIComponent(deployment)}/logs?${query.toString()}`;
}

/** Reads a log line by line until it ends or is given up. */
export async function readLog(address: string, handlers: LogHandlers, signal: AbortSignal): Promise<void> {
  let gathered: LogLine[] = [];
  const flush = () => {
    if (gathered.length === 0) return;
    handlers.onLines(gathered);
    gathered = [];
  };
  const timer = setInterval(flush, FLUSH_MS);
  try {
    const body = await openLog(address, signal);
    handlers.onOpen();
    for await (const line of linesOf(body)) {
      const item = JSON.parse(line) as LogLine | ErrorBody;
      if ('error' in item) throw new LogError(item.error.message);
      gathered.push(item);
    }
    flush();
    handlers.onEnd();
  } catch (error) {
    flush();
    if (!signal.aborted) handlers.onError(asLogError(error));
  } finally {
    clearInterval(timer);
  }
}

/** An error that the log itself holds is as the server said it; any other is that of a connection. */
const asLogError = (error: unknown) => (error instanceof LogError ? error : unreachable(error));

class LogError extends Error {}

async function openLog(address: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(address, { headers: { accept: 'application/x-ndjson' }, signal });
  if (response.status === 401) sessionStore.refused();
  if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined));
  return response.body ?? new Blob().stream();
}

/** Text of a stream by lines. A line may come in many pieces: they are joined once, at its end. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = decoder.decode(value, { stream: true }).split('\n');
      for (const part of parts.slice(0, -1)) {
        const line = [...pieces, part].join('');
        pieces = [];
        if (line !== '') yield line;
      }
      pieces.push(parts.at(-1) ?? '');
    }
    const rest = pieces.join('') + decoder.decode();
    if (rest !== '') yield rest;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
