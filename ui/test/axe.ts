import axe from 'axe-core';
import { expect } from 'vitest';

/** Fails with what WCAG 2.2 AA asks for and the element lacks. Contrast needs a browser: the end-to-end tests see to it. */
export async function expectAccessible(element: Element): Promise<void> {
  const found = await axe.run(element, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: { 'color-contrast': { enabled: false } },
  });
  const words = found.violations.map(
    (v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join('\n  ')}`,
  );
  expect(words).toEqual([]);
}
