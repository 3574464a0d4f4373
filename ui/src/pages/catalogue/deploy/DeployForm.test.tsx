import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { expectAccessible } from '../../../../test/axe';
import { renderPage } from '../../../../test/render';
import { fakeServer, json, refusal } from '../../../../test/server';
import type { CreateDeployment } from '../../../api/types';
import { DeployForm } from './DeployForm';

const SCHEMA = {
  properties: {
    maxmemory: { 'x-type': 'size', 'x-order': 0, title: 'Memory for data', default: '64MiB' },
    password: { 'x-type': 'password', 'x-order': 1, title: 'Password', 'x-generate': 'password' },
  },
};

const PLAN = {
  changes: [
    {
      action: 'create',
      workload: 'cache-0-abcde',
      deployment: 'cache',
      node: 'node-1',
      node_name: 'titan',
      why: {
        summary: 'titan: largest free share',
        candidates: [
          { node: 'node-1', name: 'titan', score: 20, parts: { free_share: 20 } },
          { node: 'node-2', name: 'vega', score: 10, parts: { free_share: 10 } },
        ],
        rejected: [
          { node: 'node-3', name: 'atlas', reasons: [{ reason: 'not_schedulable', status: 'offline' }] },
        ],
      },
      compose: 'services:\n  redis:\n    image: redis\n',
    },
  ],
  problems: [],
};

const WRONG = () =>
  refusal(400, {
    code: 'invalid',
    message: '/params/maxmemory: maxmemory is not a number',
    details: [
      { path: '/params/maxmemory', message: 'maxmemory is not a number', hint: 'for example 512MiB' },
    ],
  });

const plan = async (request: Request) => {
  const wanted = (await request.json()) as CreateDeployment;
  return wanted.params?.maxmemory === 'lots' ? WRONG() : json(PLAN);
};

const lists = {
  'GET /api/v1/deployments': () => json({ items: [] }),
  'GET /api/v1/nodes': () => json({ items: [] }),
};

const memory = () => screen.findByRole('textbox', { name: 'Memory for data' });

test('the server’s word stands at the field, and the plan comes once it is right', async () => {
  fakeServer({ ...lists, 'POST /api/v1/plan': plan });
  const { container } = renderPage(<DeployForm template="redis" schema={SCHEMA} />);
  await userEvent.clear(await memory());
  await userEvent.type(await memory(), 'lots');
  expect(await screen.findByText('maxmemory is not a number (for example 512MiB)')).toBeInTheDocument();
  expect(await memory()).toBeInvalid();
  await expectAccessible(container);

  await userEvent.clear(await memory());
  await userEvent.type(await memory(), '1GiB');
  expect(await screen.findByText('Why titan')).toBeInTheDocument();
  expect(screen.getByText('takes no work: it is offline')).toBeInTheDocument();
  expect(screen.queryByText(/is not a number/)).not.toBeInTheDocument();
});

test('deploys what was typed, with the same key when it is tried again, and keeps it when refused', async () => {
  const server = fakeServer({
    ...lists,
    'POST /api/v1/plan': plan,
    'POST /api/v1/deployments': () =>
      refusal(409, {
        code: 'already_exists',
        message: 'there is a deployment cache',
        hint: 'choose another name',
      }),
  });
  renderPage(<DeployForm template="redis" schema={SCHEMA} />);
  await userEvent.type(await screen.findByRole('textbox', { name: 'Name' }), 'cache');
  await screen.findByText('Why titan');
  const button = screen.getByRole('button', { name: 'Deploy' });
  await waitFor(() => expect(button).toBeEnabled());
  await userEvent.click(button);
  expect(await screen.findByText('there is a deployment cache')).toBeInTheDocument();
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('cache');
  await userEvent.click(button);
  const sent = () =>
    server.calls.filter((call) => call.method === 'POST' && call.url.endsWith('/deployments'));
  await waitFor(() => expect(sent()).toHaveLength(2));
  const keys = sent().map((call) => call.headers.get('idempotency-key'));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(await sent()[0]?.json()).toMatchObject({ template: 'redis', name: 'cache', params: {} });
});
