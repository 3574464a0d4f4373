import { expect, test } from 'vitest';
import type { LogLine } from '../../../api/types';
import { KEPT, LogBuffer, LogSearch } from './log-buffer';

const line = (text: string, service = 'web'): LogLine => ({ workload: 'w', service, stderr: false, text });
const texts = (search: LogSearch, buffer: LogBuffer) => search.matches(buffer).map((found) => found.text);

test('a search finds what is there and what comes later', () => {
  const buffer = new LogBuffer();
  buffer.append([line('started'), line('GET /Health'), line('stopped')]);
  const search = new LogSearch({ search: 'health', service: '' });
  expect(texts(search, buffer)).toEqual(['GET /Health']);
  buffer.append([line('nothing'), line('health again')]);
  expect(texts(search, buffer)).toEqual(['GET /Health', 'health again']);
});

test('a service is told apart', () => {
  const buffer = new LogBuffer();
  buffer.append([line('one', 'web'), line('two', 'db')]);
  expect(texts(new LogSearch({ search: '', service: 'db' }), buffer)).toEqual(['two']);
});

test('a long log drops its oldest lines and says how many, also from what was found', () => {
  const buffer = new LogBuffer();
  const search = new LogSearch({ search: 'hit', service: '' });
  buffer.append([line('hit first')]);
  expect(texts(search, buffer)).toEqual(['hit first']);
  buffer.append(Array.from({ length: KEPT + 20_000 }, (_, i) => line(`line ${i}`)));
  buffer.append([line('hit last')]);
  expect(buffer.lines.length).toBeLessThanOrEqual(KEPT + 10_000);
  expect(buffer.dropped).toBeGreaterThan(0);
  expect(buffer.dropped + buffer.lines.length).toBe(KEPT + 20_002);
  expect(texts(search, buffer)).toEqual(['hit last']);
});

test('what only terminals understand is left out', () => {
  const buffer = new LogBuffer();
  buffer.append([line('\u001b[1;31mred\u001b[0m and \u001b]0;title\u0007plain')]);
  expect(buffer.lines[0]?.text).toBe('red and plain');
});
