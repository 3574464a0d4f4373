// Debian's Chromium, and what every test asks of a page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { PASSWORD } from './fleet.mjs';

const AXE = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Chromium refuses its sandbox to root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** A page whose defects fail the test: exceptions, broken policy, requests to another host. */
export async function openPage(browser, base, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  // Long for people, but machines that test are busy.
  page.setDefaultTimeout(60_000);
  const defects = [];
  page.on('pageerror', (error) => defects.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/i.test(message.text())) defects.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!['data:', 'blob:'].includes(protocol) && origin !== base)
      defects.push(`request to ${request.url()}`);
  });
  return { page, context, defects };
}

export async function signIn(page, base, user, to = '/') {
  await page.goto(base + to);
  await page.getByRole('textbox', { name: /^User/ }).fill(user);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Areas' }).waitFor({ state: 'attached' });
}

/** What WCAG 2.2 AA asks for and the shown page lacks. */
export async function axeViolations(page) {
  // Not as a script element: the policy of the page allows none of another origin.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: tags }),
    RULES,
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((n) => n.target.join(' ')).join('\n    ')}`,
  );
}

export async function expectAccessible(page, where) {
  assert.deepEqual(await axeViolations(page), [], `accessibility of ${where}`);
}
