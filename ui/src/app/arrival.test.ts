import { expect, test } from 'vitest';
import { takeArrival } from './arrival';

test.each([
  ['/sign-in#code=miaas_link_1_x', { code: 'miaas_link_1_x', problem: undefined }, '/'],
  ['/sign-in?problem=no_role', { code: undefined, problem: 'no_role' }, '/'],
  ['/sign-in?problem=%3Cb%3E', { code: undefined, problem: undefined }, '/'],
  ['/nodes?q=a#code=x', {}, '/nodes?q=a#code=x'],
])('%s', (address, wanted, left) => {
  window.history.replaceState(null, '', address);
  expect(takeArrival()).toEqual(wanted);
  expect(window.location.pathname + window.location.search + window.location.hash).toBe(left);
});
