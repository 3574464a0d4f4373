import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { expectAccessible } from '../../../../test/axe';
import { renderPage } from '../../../../test/render';
import { fakeServer, refusal } from '../../../../test/server';
import type { Deployment } from '../../../api/types';
import { LogView } from './LogView';

const deployment = {
  name: 'web',
  workloads: [{ state: { services: { web: {}, db: {} } } }],
} as unknown as Deployment;

const LOG = 'GET /api/v1/deployments/web/logs';

/** A log that holds these lines and stays open. */
function logOf(lines: { service?: string; text: string }[]) {
  const text = lines
    .map((line) => JSON.stringify({ workload: 'web-0', service: 'web', stderr: false, ...line }))
    .join('\n');
  return () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(`${text}\n`)),
      }),
    );
}

beforeEach(() => {
  // jsdom lays nothing out: without a height nothing would be in sight.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800);
});

test('of 100,000 lines only those in sight are in the document', async () => {
  fakeServer({ [LOG]: logOf(Array.from({ length: 100_000 }, (_, i) => ({ text: `line ${i}` }))) });
  const { container } = renderPage(<LogView deployment={deployment} />);
  expect(await screen.findByText('100,000 lines', {}, { timeout: 20_000 })).toBeInTheDocument();
  const rows = container.querySelectorAll('[role=log] button').length;
  expect(rows).toBeGreaterThan(10);
  expect(rows).toBeLessThan(200);
});

test('a search shows and marks what it finds, and counts it', async () => {
  fakeServer({ [LOG]: logOf([{ text: 'GET /health' }, { text: 'GET /metrics' }, { text: 'POST /health' }]) });
  const { container } = renderPage(<LogView deployment={deployment} />);
  await screen.findByText('3 lines');
  await userEvent.type(screen.getByRole('searchbox', { name: 'Show lines with' }), 'health');
  expect(await screen.findByText('2 of 3 lines')).toBeInTheDocument();
  await waitFor(() => expect(screen.getAllByText('health', { selector: 'mark' })).toHaveLength(2));
  await expectAccessible(container);
});

test('a line of a megabyte is cut in the list and whole on demand', async () => {
  const long = 'x'.repeat(1 << 20);
  fakeServer({ [LOG]: logOf([{ text: long }]) });
  renderPage(<LogView deployment={deployment} />);
  expect(await screen.findByText(/1 MiB in all/)).toBeInTheDocument();
  expect(screen.queryByText(long)).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'web' }));
  expect(await screen.findByText(long)).toBeInTheDocument();
});

test('markup in a line stays text', async () => {
  fakeServer({ [LOG]: logOf([{ text: '<script>alert(1)</script>' }]) });
  const { container } = renderPage(<LogView deployment={deployment} />);
  expect(await screen.findByText('<script>alert(1)</script>')).toBeInTheDocument();
  expect(container.querySelector('script')).toBeNull();
});

test('a refusal is told', async () => {
  fakeServer({ [LOG]: () => refusal(503, { code: 'unavailable', message: 'node atlas does not answer' }) });
  renderPage(<LogView deployment={deployment} />);
  expect(await screen.findByRole('alert')).toHaveTextContent('node atlas does not answer');
});
