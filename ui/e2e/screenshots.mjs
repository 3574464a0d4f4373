// Every page on desktop and phone, light and dark, into e2e/screenshots/. With names as arguments only those pages.
import { mkdir } from 'node:fs/promises';
import { launch, openPage, signIn } from './lib/browser.mjs';
import { startFleet } from './lib/fleet.mjs';
import { PAGES } from './lib/pages.mjs';
import { seed } from './lib/seed.mjs';

const FOLDER = new URL('./screenshots/', import.meta.url).pathname;
const SCREENS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const SCHEMES = ['light', 'dark'];
/** Charts and maps draw a little after the answers are there. */
const SETTLE_MS = 1_200;

const asked = process.argv.slice(2);
const pages = asked.length === 0 ? PAGES : PAGES.filter(([name]) => asked.includes(name));

await mkdir(FOLDER, { recursive: true });
const fleet = await startFleet();
const browser = await launch();
try {
  await seed(fleet);
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of SCHEMES) {
      const { page, context, defects } = await openPage(browser, fleet.page, { viewport, colorScheme });
      await page.goto(fleet.page);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await page.screenshot({ path: `${FOLDER}sign-in.${screen}.${colorScheme}.png` });
      await signIn(page, fleet.page, 'ada');
      for (const [name, address] of pages) {
        await page.goto(fleet.page + address);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForTimeout(SETTLE_MS);
        await page.screenshot({ path: `${FOLDER}${name}.${screen}.${colorScheme}.png`, fullPage: true });
      }
      if (defects.length > 0) console.error(screen, colorScheme, defects);
      await context.close();
    }
  }
  console.log(FOLDER);
} finally {
  await browser.close();
  await fleet.stop();
}
