// Signing in over a provider of OpenID Connect: a real one, with the forms that it shows.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './lib/browser.mjs';
import { freePort, startFleet } from './lib/fleet.mjs';
import { startFront } from './lib/front.mjs';
import { start, until } from './lib/processes.mjs';

const FOLDER = new URL('../../miaas-server/tests/oidc/', import.meta.url).pathname;
const skip = existsSync(join(FOLDER, 'node_modules'))
  ? false
  : `the provider is not installed: npm ci --prefix ${FOLDER}`;
const SECRET = 'a secret of the client, for tests only';

let fleet;
let browser;

/** Starts the provider and says what the server has to know of it. */
async function withProvider(server, folder) {
  const page = await startFront(server);
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const callback = `${page}/api/v1/session/oidc/callback`;
  start('node', [join(FOLDER, 'provider.mjs'), String(port), SECRET, callback]);
  await until(
    'the provider answers',
    async () => (await fetch(`${issuer}/.well-known/openid-configuration`)).ok,
  );
  const secret = join(folder, 'client-secret');
  await writeFile(secret, SECRET, { mode: 0o600 });
  const options = {
    'public-url': page,
    'oidc-issuer': issuer,
    'oidc-client-id': 'miaas',
    'oidc-client-secret-file': secret,
    'oidc-name': 'the company',
    'oidc-role': 'miaas-admins=admin',
  };
  return { page, args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]) };
}

before(async () => {
  if (skip) return;
  fleet = await startFleet(withProvider);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await fleet?.stop();
});

/** Goes to the provider from an address of the page and signs in there under a name. */
async function signInAs(page, name, from) {
  await page.goto(fleet.page + from);
  await page.getByRole('link', { name: 'Sign in with the company' }).click();
  await page.getByPlaceholder(/login/i).fill(name);
  await page.getByPlaceholder(/password/i).fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('whoever has a role comes back to where the sign-in began, and can sign out', { skip }, async () => {
  const { page, context } = await openPage(browser, fleet.page);
  await signInAs(page, 'admin-alice', '/nodes?view=table');
  await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
  assert.equal(page.url(), `${fleet.page}/nodes?view=table`);
  assert.ok(await page.getByRole('link', { name: 'Settings' }).isVisible(), 'what the role allows is there');
  await page.getByRole('button', { name: /admin-alice/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in with the company' }).waitFor();
  await context.close();
});

test('whoever has no role is told so', { skip }, async () => {
  const { page, context } = await openPage(browser, fleet.page);
  await signInAs(page, 'bob', '/nodes');
  await page.getByRole('alert').getByText('You have no role here', { exact: false }).waitFor();
  assert.equal(await page.getByRole('navigation', { name: 'Areas' }).count(), 0);
  await context.close();
});
