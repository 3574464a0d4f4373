import { expect, test, vi } from 'vitest';
import { fakeServer, refusal } from '../../../../test/server';
import type { LogLine } from '../../../api/types';
import { linesOf, readLog } from './log-stream';

function streamOf(...pieces: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      controller.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(body)) lines.push(line);
  return lines;
}

const handlers = () => ({
  onOpen: vi.fn(),
  onLines: vi.fn<(lines: LogLine[]) => void>(),
  onEnd: vi.fn(),
  onError: vi.fn<(error: Error) => void>(),
});

test('lines are cut where they end, not where the network cut them', async () => {
  const euro = new TextEncoder().encode('€');
  expect(await all(streamOf('on', 'e\ntw', euro.slice(0, 1), euro.slice(1), 'o\n', 'three'))).toEqual([
    'one',
    'tw€o',
    'three',
  ]);
});

test('a line of a megabyte comes as one', async () => {
  const long = 'x'.repeat(1 << 20);
  const pieces = long.match(/.{1,4096}/g) ?? [];
  expect(await all(streamOf(...pieces, '\nshort\n'))).toEqual([long, 'short']);
});

test('the end of a log is told apart from an error in it', async () => {
  const told = handlers();
  const item = { workload: 'w', service: 'web', stderr: false, text: 'hello' };
  fakeServer({ 'GET /log': () => new Response(streamOf(`${JSON.stringify(item)}\n`)) });
  await readLog('/log', told, new AbortController().signal);
  expect(told.onLines).toHaveBeenCalledWith([item]);
  expect(told.onEnd).toHaveBeenCalledOnce();

  const failed = handlers();
  const error = { error: { code: 'unavailable', message: 'node atlas does not answer' } };
  fakeServer({ 'GET /log': () => new Response(streamOf(`${JSON.stringify(error)}\n`)) });
  await readLog('/log', failed, new AbortController().signal);
  expect(failed.onEnd).not.toHaveBeenCalled();
  expect(failed.onError.mock.calls[0]?.[0].message).toBe('node atlas does not answer');
});

test('a refusal is told with the words of the server', async () => {
  const told = handlers();
  fakeServer({
    'GET /log': () => refusal(404, { code: 'not_found', message: 'no deployment is called web' }),
  });
  await readLog('/log', told, new AbortController().signal);
  expect(told.onError.mock.calls[0]?.[0].message).toBe('no deployment is called web');
});
