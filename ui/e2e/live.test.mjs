// What one waits for and watches: a machine that asks to be let in, canaries, an image on its way. And what a viewer can open.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { expectAccessible, launch, openPage, signIn } from './lib/browser.mjs';
import { PASSWORD, startFleet } from './lib/fleet.mjs';
import { until } from './lib/processes.mjs';
import { startRegistry } from './lib/registry.mjs';

const noEngine = existsSync('/var/run/docker.sock') ? false : 'there is no Docker engine';

let fleet;
let browser;
let opened;

before(async () => {
  fleet = await startFleet(async () => ({ args: ['--registration', 'approval'] }));
  browser = await launch();
  opened = await openPage(browser, fleet.page);
  await signIn(opened.page, fleet.page, 'ada');
});

after(async () => {
  await browser?.close();
  await fleet?.stop();
});

const at = (path) => opened.page.goto(fleet.page + path);
const deployment = (name) => fleet.api('GET', `/api/v1/deployments/${name}`);
const isReady = (name) =>
  until(`${name} is ready`, async () => (await deployment(name)).status === 'ready', 120);

test('a machine that asks is let in by an administrator and by nobody else', async () => {
  const { page } = opened;
  await at('/nodes');
  fleet.startAgent(['--server', fleet.server, '--request-approval', '--process'], 'atlas');
  await page.getByText('atlas waits to be let in').waitFor();
  await expectAccessible(page, 'a node that waits');

  const other = await openPage(browser, fleet.page);
  await signIn(other.page, fleet.page, 'olga', '/nodes');
  await other.page.getByText('atlas waits to be let in').waitFor();
  assert.equal(await other.page.getByRole('button', { name: 'Approve' }).count(), 0);
  await other.context.close();

  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('atlas waits to be let in').waitFor({ state: 'detached' });
  await page.getByText('Online', { exact: true }).first().waitFor();
});

test('canaries come first, and the others when somebody says so', async () => {
  const { page } = opened;
  await fleet.api('POST', '/api/v1/deployments', {
    name: 'web',
    template: 'hello-world',
    replicas: 3,
    update: { strategy: 'canary', canary: { replicas: 1, manual: true }, max_unavailable: 1 },
  });
  await isReady('web');
  await at('/deployments/web');
  await fleet.api('PATCH', '/api/v1/deployments/web', { params: { message: 'of revision two' } });
  await page.getByText('1 of 3 replicas have revision 2', { exact: false }).waitFor();
  await page.getByText('The canaries are there', { exact: false }).waitFor();
  await expectAccessible(page, 'a rollout');
  await page.getByRole('button', { name: 'Promote the canaries' }).click();
  await page.getByText('The canaries are there', { exact: false }).waitFor({ state: 'detached' });
  await until('all have revision 2', async () => {
    const { rollout, ready } = await deployment('web');
    return rollout.phase === 'complete' && rollout.updated === 3 && ready === 3;
  });
  await page.getByText('Last step', { exact: false }).waitFor({ state: 'detached' });
});

test('it is seen how far an image is, and then that its workload failed', { skip: noEngine }, async () => {
  const { page } = opened;
  const registry = await startRegistry();
  await fleet.addNode('dock', '--docker');
  await fleet.api('POST', '/api/v1/deployments', {
    name: 'slow',
    compose: `services:\n  app:\n    image: ${registry.image}\n`,
    placement: { node: 'dock' },
  });
  try {
    await at('/deployments/slow');
    const bar = page.getByRole('progressbar', { name: `Pulling ${registry.image}, dock` });
    await bar.waitFor();
    await page.getByText(/ of 24(\.\d)? MiB/).waitFor();
    const share = async () => Number(await bar.getAttribute('aria-valuenow'));
    const before = await share();
    await until('it goes on', async () => (await share()) > before);
    assert.ok((await share()) < 100);
    await expectAccessible(page, 'an image on its way');
    registry.release();
    await bar.waitFor({ state: 'detached' });
    // Its file is no program.
    await page.getByText('Failed', { exact: true }).first().waitFor();
  } finally {
    registry.release();
    await fleet.api('DELETE', '/api/v1/deployments/slow');
    await until(
      'it is gone',
      async () => !(await fleet.api('GET', '/api/v1/deployments')).items.some((d) => d.name === 'slow'),
    );
    await promisify(execFile)('docker', ['image', 'rm', registry.image]);
    registry.close();
  }
});

test('a stack is edited by its own file, in which passwords stay hidden and as they are', async () => {
  const { page } = opened;
  const services = {
    cache: { template: 'redis', params: { password: 'a-password-that-stays' } },
    page: {
      template: 'hello-world',
      params: { message: '${services.cache.address}' },
      depends_on: ['cache'],
    },
  };
  await fleet.api('PUT', '/api/v1/stacks/shop', { services });
  await at('/stacks/shop/edit');
  const editor = page.getByRole('textbox', { name: 'miaas.yaml' });
  await editor.getByText('password: ${stored}').waitFor();
  assert.ok(!(await editor.innerText()).includes('a-password-that-stays'));
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await page.getByText('Everything is as wanted already.').waitFor();
  await expectAccessible(page, 'the editor of a stack');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(/\/stacks\/shop$/);
  const { revision } = await deployment('shop-cache');
  assert.equal(revision, 1);
});

test('a viewer opens what there is to be read, and nothing in it changes anything', async () => {
  const { page, context, defects } = await openPage(browser, fleet.page);
  await fleet.api('POST', '/api/v1/deployments', {
    name: 'cache',
    template: 'redis',
    placement: { node: 'atlas' },
  });
  await isReady('cache');
  await signIn(page, fleet.page, 'victor', '/deployments/cache?tab=logs');
  const source = page.getByRole('log').getByRole('button').first();
  await source.click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('pre').waitFor();
  await expectAccessible(page, 'the dialog of a line');
  const buttons = await dialog.getByRole('button').evaluateAll((all) => all.map((b) => b.ariaLabel));
  assert.deepEqual(buttons, ['Close', 'Copy']);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await until('the focus is back', () => source.evaluate((element) => element === document.activeElement));

  // The session ends below an open page.
  const { items } = await fleet.api('GET', '/api/v1/sessions');
  for (const { id, user } of items)
    if (user === 'victor') await fleet.api('DELETE', `/api/v1/sessions/${id}`);
  const renew = page.getByRole('dialog', { name: 'Your session has ended' });
  // The page may have noticed it by itself already, and then the dialog lies above the link.
  await page.locator('a[href="/nodes"]').first().dispatchEvent('click');
  await renew.waitFor();
  await expectAccessible(page, 'the dialog that signs in again');
  await renew.locator('input[type=password]').fill(PASSWORD);
  await renew.getByRole('button', { name: 'Sign in', exact: true }).click();
  await renew.waitFor({ state: 'detached' });
  assert.deepEqual(defects, []);
  await context.close();
});

test('no exception, no broken policy, no request to another host', () => {
  assert.deepEqual(opened.defects, []);
});
