import { expect, test } from 'vitest';
import type { EventItem } from '../../api/types';
import { filterEvents, mergeEvents } from './filter';

const event = (cursor: number, severity: EventItem['severity'], name: string): EventItem => ({
  id: `ev-${cursor}`,
  cursor,
  at: `2026-01-01T00:00:0${cursor}Z`,
  severity,
  reason: 'workload.failed',
  subject: { kind: 'workload', id: 'w', name },
  message: 'it ended',
});
const [one, two, three] = [event(1, 'info', 'web'), event(2, 'warning', 'db'), event(3, 'error', 'web')];

test('the log and what came since are one list, newest first, each once', () => {
  expect(mergeEvents([one, two], [three, two]).map(({ cursor }) => cursor)).toEqual([3, 2, 1]);
});

test('every word has to match, and severity is a least', () => {
  const all = { search: '', severity: '', kind: '' };
  expect(filterEvents([one, two, three], { ...all, search: 'WEB failed' })).toEqual([one, three]);
  expect(filterEvents([one, two, three], { ...all, severity: 'warning' })).toEqual([two, three]);
  expect(filterEvents([one, two, three], { ...all, kind: 'node' })).toEqual([]);
  expect(filterEvents([one, two], { ...all, severity: 'nonsense' })).toEqual([one, two]);
});
