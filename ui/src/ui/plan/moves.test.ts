import { expect, test } from 'vitest';
import type { PlanChange } from '../../api/types';
import { plan } from '../../text/plan';
import { stepsOf } from './moves';

const change = (action: string, workload: string, node: string): PlanChange => ({
  action,
  workload,
  deployment: 'web',
  node,
  node_name: node,
});

test('what leaves one node and comes to another is one move', () => {
  const steps = stepsOf([change('leave', 'web-0-aaaaa', 'atlas'), change('create', 'web-0-bbbbb', 'vega')]);
  expect(steps.map(({ replica, action, from, to }) => [replica, action, from, to])).toEqual([
    ['web-0', 'move', 'atlas', 'vega'],
  ]);
});

test('what only leaves or only comes is told as such', () => {
  const steps = stepsOf([change('leave', 'web-0-aaaaa', 'atlas'), change('create', 'db-0-bbbbb', 'vega')]);
  expect(steps.map(({ replica, action }) => [replica, action])).toEqual([
    ['web-0', 'leave'],
    ['db-0', 'create'],
  ]);
});

test('what is replaced where it is stays what the server calls it', () => {
  const [step] = stepsOf([change('leave', 'web-0-aaaaa', 'atlas'), change('update', 'web-0-bbbbb', 'atlas')]);
  expect(step).toMatchObject({ action: 'update', to: 'atlas' });
});

test('the hardware variant is told of what comes', () => {
  const cuda = { ...change('create', 'llm-0-aaaaa', 'atlas'), variant: 'cuda' };
  const words = stepsOf([cuda, change('create', 'db-0-bbbbb', 'atlas')]).map((step) => plan.words(step));
  expect(words).toEqual(['starts on atlas, variant cuda', 'starts on atlas']);
});
