import { expect, test } from 'vitest';
import type { FleetView, Machine } from './fleet-view';
import { fieldOf, spotAt } from './far-field';
import { graphOf, placesOf } from './graph';

function fleet(count: number): FleetView {
  const machines = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    name: `node-${index}`,
    node: { status: 'online' },
    workloads: [
      { id: `w${index}`, deployment: `web-${index}`, phase: 'running' },
      { id: `x${index}`, deployment: 'db', phase: 'failed' },
    ],
  })) as unknown as Machine[];
  const connections = [
    { from: 'w0', to: 'w1' },
    { from: 'x0', to: 'x1' },
    { from: 'w0', to: 'x0' },
    { from: 'w0', to: 'gone' },
  ];
  return { machines, nowhere: [], connections, uses: new Map() };
}

test('very many machines are no elements from afar, and elements that need no measuring from near', () => {
  const view = fleet(500);
  const places = placesOf(view);
  expect(graphOf(view, places, true, '').nodes).toEqual([]);
  const { nodes } = graphOf(view, places, false, '');
  expect(nodes).toHaveLength(1500);
  expect(nodes.every(({ handles }) => handles?.length === 8)).toBe(true);
  expect(graphOf(fleet(20), placesOf(fleet(20)), true, '').nodes).toHaveLength(20);
});

test('what is painted says the worst first, what a search finds, and which machines use each other', () => {
  const view = fleet(3);
  const places = placesOf(view);
  const field = fieldOf(view, places, ' WEB-1');
  expect(field.spots.map(({ dim }) => dim)).toEqual([true, false, true]);
  expect(field.spots[0]?.tones).toEqual([
    ['bad', 1],
    ['good', 1],
  ]);
  expect(field.lines).toEqual([[places[0], places[1]]]);
  const { x, y } = places[2] ?? { x: NaN, y: NaN };
  expect(spotAt(field, { x: x + 1, y: y + 1 })?.machine.name).toBe('node-2');
  expect(spotAt(field, { x: x - 1, y: y - 1 })).toBeUndefined();
});
