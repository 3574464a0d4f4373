// What a person does on the first day, against a real server and real agents: one step after the other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, signIn } from './lib/browser.mjs';
import { PASSWORD, startFleet } from './lib/fleet.mjs';
import { until } from './lib/processes.mjs';

let fleet;
let browser;
let opened;

before(async () => {
  fleet = await startFleet();
  browser = await launch();
  opened = await openPage(browser, fleet.page);
});

after(async () => {
  await browser?.close();
  await fleet?.stop();
});

const at = (path) => opened.page.goto(fleet.page + path);
const button = (name, options = {}) => opened.page.getByRole('button', { name, ...options });
const deployment = (name) => fleet.api('GET', `/api/v1/deployments/${name}`);
const ready = (name, what) => until(what, async () => (await deployment(name)).status === 'ready', 90);

test('a wrong password is refused, the right one lets in and keeps the address', async () => {
  const { page } = opened;
  await at('/nodes');
  await page.getByRole('textbox', { name: /^User/ }).fill('ada');
  await page.locator('input[type=password]').fill('not the right one');
  await button('Sign in').click();
  await page.getByRole('alert').waitFor();
  await signIn(page, fleet.page, 'ada', '/nodes');
  assert.equal(new URL(page.url()).pathname, '/nodes');
});

test('a machine joins by the shown command and is seen coming', async () => {
  const { page } = opened;
  await at('/nodes/add');
  await button('Make the command').click();
  const command = await page.locator('code', { hasText: '--join-token' }).innerText();
  fleet.join(command, 'atlas');
  await page.getByText('atlas has joined').waitFor({ timeout: 60_000 });
});

test('redis is deployed from the catalogue, after the form was wrong at first', async () => {
  const { page } = opened;
  await at('/catalogue');
  await page.getByRole('link', { name: /Redis/ }).first().click();
  await page.getByRole('link', { name: 'Deploy', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('cache');
  const memory = page.getByRole('textbox', { name: 'Memory for data' });
  await memory.fill('plenty');
  await memory.blur();
  await until('the field is marked', async () => (await memory.getAttribute('aria-invalid')) === 'true', 20);
  await memory.fill('48MiB');
  await memory.blur();
  await page.getByText('starts on atlas').waitFor();
  await button('Deploy', { exact: true }).click();
  await page.waitForURL(/\/deployments\//);
  await page.getByText('Ready', { exact: true }).first().waitFor({ timeout: 90_000 });
});

test('its log is shown', async () => {
  await at('/deployments/cache?tab=logs');
  await opened.page
    .getByRole('log')
    .getByText(/Ready to accept connections/i)
    .first()
    .waitFor();
});

test('it is updated and rolled back', async () => {
  const { page } = opened;
  await at('/deployments/cache?tab=parameters');
  await page.getByRole('textbox', { name: 'Memory for data' }).fill('96MiB');
  await button('Change', { exact: true }).click();
  await until('revision 2 is wanted', async () => (await deployment('cache')).revision === 2, 30);
  await ready('cache', 'the update is ready');

  await at('/deployments/cache?tab=revisions');
  await button('Roll back to this one').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
  await until('revision 3 is wanted', async () => (await deployment('cache')).revision === 3, 30);
  assert.equal((await deployment('cache')).params.maxmemory, '48MiB');
  await ready('cache', 'what it ran before is ready again');
});

test('a node is drained after its preview, and takes work again', async () => {
  const { page } = opened;
  await fleet.addNode('borealis');
  await at('/nodes/atlas');
  await button('Drain', { exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('cache', { exact: false }).first().waitFor();
  await dialog.getByRole('button', { name: 'Drain' }).click();
  await page.getByText('Draining', { exact: true }).first().waitFor();
  await button('End the drain').click();
  await page.getByText('Online', { exact: true }).first().waitFor();
});

test('the session ends while a form is filled in: nothing that was typed is lost', async () => {
  const { page } = opened;
  await at('/catalogue/redis/deploy');
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.fill('half-typed');
  const { items } = await fleet.api('GET', '/api/v1/sessions');
  for (const { id } of items) await fleet.api('DELETE', `/api/v1/sessions/${id}`);
  await page.getByRole('textbox', { name: 'Memory for data' }).fill('32MiB');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.locator('input[type=password]').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await name.inputValue(), 'half-typed');
});

test('the server is killed and comes back while the page is open', async () => {
  const { page } = opened;
  await at('/deployments');
  await page.getByText('Live', { exact: true }).waitFor();
  await fleet.killServer();
  await page.getByText(/No connection to the server since/).waitFor();
  assert.ok(await page.getByRole('link', { name: 'cache' }).isVisible(), 'what was shown stays');
  await fleet.startServer();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText(/No connection to the server since/).waitFor({ state: 'detached' });
});

test('a viewer sees no control that changes something, and the server refuses it anyway', async () => {
  const { page, context } = await openPage(browser, fleet.page);
  await signIn(page, fleet.page, 'victor');
  const hidden = {
    '/deployments/cache': ['Scale', 'More actions'],
    '/nodes': ['Add a node'],
    '/nodes/atlas': ['Drain', 'More actions'],
    '/secrets': ['Add a secret'],
    '/stacks': ['New stack'],
    '/models': ['Run a model'],
  };
  for (const [path, controls] of Object.entries(hidden)) {
    await page.goto(fleet.page + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
    for (const name of controls) {
      const found = page.getByRole('button', { name }).or(page.getByRole('link', { name }));
      assert.equal(await found.count(), 0, `${name} at ${path}`);
    }
  }
  assert.equal(await page.getByRole('link', { name: 'Settings' }).count(), 0);
  const status = await page.evaluate(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const answer = await fetch('/api/v1/deployments/cache', {
      method: 'DELETE',
      headers: { 'x-miaas-csrf': csrf },
    });
    return answer.status;
  });
  assert.equal(status, 403);
  await context.close();
});

test('a deployment is removed, and its open page says so', async () => {
  const { page } = opened;
  const beside = await opened.context.newPage();
  await beside.goto(`${fleet.page}/deployments/cache`);
  await beside.getByRole('heading', { name: 'cache' }).waitFor();
  await at('/deployments/cache');
  await button('More actions').click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('cache');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  const refused = dialog.getByRole('alert');
  await until('the list is shown', async () => {
    if (await refused.isVisible()) assert.fail(await refused.innerText());
    return new URL(page.url()).pathname === '/deployments';
  });
  await beside.getByText('This deployment is gone').waitFor({ timeout: 60_000 });
});

test('no exception, no broken policy, no request to another host', () => {
  assert.deepEqual(opened.defects, []);
});
