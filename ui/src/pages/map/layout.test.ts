import { expect, test } from 'vitest';
import { boxSize, chipPlace, placeBoxes } from './layout';

test('thousands of workloads have places that do not overlap, on about the form of a screen', () => {
  const counts = Array.from({ length: 120 }, (_, index) => (index * 7) % 60);
  const places = placeBoxes(counts);
  for (const [index, a] of places.entries()) {
    for (const b of places.slice(index + 1)) {
      const apart =
        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(apart).toBe(true);
    }
  }
  const width = Math.max(...places.map((p) => p.x + p.width));
  const height = Math.max(...places.map((p) => p.y + p.height));
  expect(width / height).toBeGreaterThan(1);
  expect(width / height).toBeLessThan(3);
});

test('every chip is inside of its box', () => {
  for (const count of [1, 2, 5, 40, 900]) {
    const { width, height } = boxSize(count);
    const { x, y } = chipPlace(count - 1, count);
    expect(x).toBeLessThan(width);
    expect(y).toBeLessThan(height);
  }
});

test('nothing is placed without trouble', () => {
  expect(placeBoxes([])).toEqual([]);
});
