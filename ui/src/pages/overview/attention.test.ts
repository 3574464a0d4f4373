import { expect, test } from 'vitest';
import type { Deployment, FleetStatus, Node } from '../../api/types';
import { concernsOf } from './attention';

const status: FleetStatus = { version: '1', nodes: {}, deployments: {} };
const node = (name: string, more: Partial<Node>) =>
  ({ id: name, name, status: 'online', usage: {}, capabilities: {}, ...more }) as Node;
const deployment = (name: string, more: Partial<Deployment>) =>
  ({ id: name, name, status: 'ready', problems: [], ready: 1, replicas: 1, ...more }) as Deployment;

const titles = (nodes: Node[], deployments: Deployment[], fleet = status) =>
  concernsOf(fleet, nodes, deployments).map(({ title }) => title);

test('nothing is said of what is well', () => {
  expect(titles([node('a', {}), node('b', { status: 'cordoned' })], [deployment('web', {})])).toEqual([]);
});

test('the worst comes first, and the guard before everything', () => {
  const found = titles(
    [node('slow', { status: 'unreachable' }), node('gone', { status: 'offline' })],
    [deployment('web', { status: 'degraded' })],
    { ...status, guard: 'more than half of the nodes are silent' },
  );
  expect(found[0]).toBe('Silent nodes are not given up');
  expect(found.slice(1, 3).sort()).toEqual(['gone is offline', 'web is degraded']);
  expect(found[3]).toBe('slow does not answer');
});

test('a deployment is named once, for the worst that is wrong with it', () => {
  const rollout = {
    phase: 'failed',
    to: 2,
    updated: 1,
    started_at: '',
    progressed_at: '',
    reason: 'no image',
  } as const;
  const concerns = concernsOf(status, [], [deployment('web', { status: 'degraded', rollout })]);
  expect(concerns.map(({ title, detail }) => [title, detail])).toEqual([
    ['The update of web failed', 'no image'],
  ]);
});

test('a node that is short of disk is named with what is left', () => {
  const short = node('a', { usage: { disk_free_mb: 100 }, capabilities: { disks: [{ total_mb: 100_000 }] } });
  expect(concernsOf(status, [short], []).map(({ detail }) => detail)).toEqual(['100 MiB are free.']);
});
