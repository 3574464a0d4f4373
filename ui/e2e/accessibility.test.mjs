// Every page in both schemes and on a phone: WCAG 2.2 AA by axe, nothing wider than the screen, no defect on the way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axeViolations, launch, openPage, signIn } from './lib/browser.mjs';
import { startFleet } from './lib/fleet.mjs';
import { PAGES } from './lib/pages.mjs';
import { seed } from './lib/seed.mjs';

let fleet;
let browser;

before(async () => {
  fleet = await startFleet();
  await seed(fleet);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await fleet?.stop();
});

const PHONE = { width: 390, height: 844 };
const SCREENS = [
  ['desktop, light', { colorScheme: 'light' }],
  ['desktop, dark', { colorScheme: 'dark' }],
  ['phone, light', { colorScheme: 'light', viewport: PHONE }],
  ['phone, dark', { colorScheme: 'dark', viewport: PHONE }],
];

for (const [screen, options] of SCREENS) {
  test(screen, async (t) => {
    const { page, context, defects } = await openPage(browser, fleet.page, options);
    await signIn(page, fleet.page, 'ada');
    for (const [name, address] of PAGES) {
      await t.test(name, async () => {
        await page.goto(fleet.page + address);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
        assert.deepEqual(await axeViolations(page), []);
        const wider = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(wider, 0, 'points wider than the screen');
      });
    }
    assert.deepEqual(defects, []);
    await context.close();
  });
}
