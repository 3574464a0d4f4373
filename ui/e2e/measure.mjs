// How fast the page is with a large fleet and a long log, in a real browser: prints figures, asserts nothing. The first line is a
// page with almost nothing on it, on the same machine in the same run. Arguments: nodes and workloads.
import { launch, openPage } from './lib/browser.mjs';
import { framesWhile } from './lib/frames.mjs';
import { startFront } from './lib/front.mjs';
import { largeFleet, startLargeServer } from './lib/large-fleet.mjs';

const [nodes = 2_000, workloads = 5_000] = process.argv.slice(2).map(Number);
const LINES = 100_000;
const LONG_LINE = 1 << 20;
/** Longer than the page waits before it asks for the nodes again. */
const PAN_MS = 6_000;

function longLog() {
  const line = (text) =>
    JSON.stringify({ workload: 'service-0-0-abcde', service: 'main', stderr: false, text });
  const lines = Array.from({ length: LINES }, (_, n) =>
    line(`${n} GET /api/v1/items/${n * 7} 200 in ${n % 90} ms`),
  );
  return `${[...lines, line('x'.repeat(LONG_LINE)), line('the last line')].join('\n')}\n`;
}

const server = await startLargeServer(largeFleet(nodes, workloads), longLog());
const base = await startFront(server.address);
const browser = await launch();
const { page, defects } = await openPage(browser, base, { viewport: { width: 1440, height: 900 } });
const note = (name, figures) =>
  console.log(
    name.padEnd(28),
    Object.entries(figures)
      .map(([what, value]) => `${what} ${value}`)
      .join(', '),
  );

const shown = async (name, path, ready) => {
  const from = performance.now();
  await page.goto(base + path);
  await ready();
  const ms = Math.round(performance.now() - from);
  note(name, { 'shown ms': ms, elements: await page.locator('*').count() });
};
const frames = async (name, work) => {
  note(name, await framesWhile(page, work));
};
const drag = async (ms) => {
  const from = Date.now();
  for (let side = 1; Date.now() - from < ms; side = -side) {
    await page.mouse.move(720 - side * 200, 560);
    await page.mouse.down();
    await page.mouse.move(720 + side * 200, 560 + side * 60, { steps: 25 });
    await page.mouse.up();
  }
};
const wheel = async (steps, by) => {
  await page.mouse.move(720, 560);
  for (let n = 0; n < steps; n += 1) await page.mouse.wheel(0, by);
};

console.log(`${nodes} nodes, ${workloads} workloads; a log of ${LINES} lines`);
try {
  await shown('settings', '/settings', () => page.getByRole('heading', { name: 'Server' }).waitFor());
  await frames('settings: mouse moves', () => drag(PAN_MS));
  await shown('map', '/map', () => page.locator('.react-flow__node, .react-flow canvas').first().waitFor());
  await frames('map, all of it: pan', () => drag(PAN_MS));
  await frames('map: zoom in', () => wheel(20, -300));
  await page.waitForTimeout(500);
  note('map, near', { elements: await page.locator('*').count() });
  await frames('map, near: pan', () => drag(PAN_MS));
  await frames('map: zoom out', () => wheel(20, 300));
  await frames('map: search', () =>
    page.getByRole('searchbox').pressSequentially('service-12', { delay: 80 }),
  );
  await shown('map as a list', '/map?view=list', () => page.getByText('rack-000-00').first().waitFor());
  await shown('nodes', '/nodes', () => page.getByText('rack-000-00').first().waitFor());
  await shown('nodes as a table', '/nodes?view=table', () => page.getByText('rack-000-00').first().waitFor());
  await shown('deployments', '/deployments', () => page.getByText('service-0').first().waitFor());
  await shown('overview', '/', () => page.getByRole('heading', { level: 1 }).waitFor());
  await shown('log', '/deployments/service-0?tab=logs', () => page.getByText('the last line').waitFor());
  const log = page.getByRole('log');
  await frames('log: scroll', async () => {
    await log.hover();
    for (let n = 0; n < 120; n += 1) await page.mouse.wheel(0, n % 2 ? -4_000 : -9_000);
  });
  await frames('log: search', () => page.getByRole('searchbox').pressSequentially('items/77', { delay: 80 }));
  await page.getByRole('searchbox').fill('xxxxxxxx');
  const line = log.getByRole('button').first();
  await log.getByText(/in all/).waitFor();
  await frames('log: a line of 1 MiB', async () => {
    await line.click();
    await page.getByRole('dialog').locator('pre').waitFor();
  });
  if (defects.length > 0) console.error(defects);
} finally {
  await browser.close();
  server.close();
}
