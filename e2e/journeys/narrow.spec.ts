import type { Page } from '@playwright/test';

import { expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { Frame } from '../pages/frame.ts';
import { MyEGovPages } from '../pages/myegov.ts';
import { MEMBERS } from '../support/sites.ts';
import { atFirst, expect, signIn, test } from '../support/test.ts';

const OPEN = ['/login', '/login?reason=idle', '/about', '/downloads', '/environment', '/support', '/nowhere', '/api/docs', '/api/docs/session'];
// 我的登入 last: its dialog is looked at too.
const OWN = ['/', '/profile', '/applications', '/access', '/access/new?application=emic', '/agencies', '/tokens', '/sessions'];

/** Walks through these pages in both languages. */
async function walk(page: Page, paths: string[]): Promise<void> {
  const frame = new Frame(page);
  for (const path of paths) {
    await page.goto(path);
    await expect(frame.heading).toBeVisible();
    await expect(page.locator('.skeleton')).toHaveCount(0);
    await expectNoSidewaysScrolling(page, path);
    if (path.startsWith('/api/docs')) continue;
    await frame.language.click();
    await expectNoSidewaysScrolling(page, `${path} in English`);
    await frame.language.click();
  }
}

for (const { name, viewport, deviceScaleFactor } of [
  { name: 'On a telephone of 360 points', viewport: { width: 360, height: 740 }, deviceScaleFactor: 3 },
  { name: 'On the narrowest window that reflow is asked for, 320 points', viewport: { width: 320, height: 512 }, deviceScaleFactor: 1 },
  { name: 'On a desk at 200 % zoom', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  { name: 'On a tablet', viewport: { width: 768, height: 1024 }, deviceScaleFactor: 1 },
  { name: 'On a wall of 4K', viewport: { width: 3840, height: 2160 }, deviceScaleFactor: 1 },
]) {
  test.describe(name, () => {
    test.use({ viewport, deviceScaleFactor });

    test('nobody scrolls sideways on the open pages', async ({ page }) => {
      await walk(page, OPEN);
    });

    test('nobody scrolls sideways on a person’s own pages, and the dialogs fit', async ({ page, portal, another, sessions }) => {
      // A name as long as an indigenous person's may be.
      const person = await portal.newPerson('谷辣斯·尤達卡・巴拉卡夫');
      await signIn(await another(), portal, person);
      await signIn(page, portal, person);
      await walk(page, OWN);
      await sessions.rows.getByRole('button').click();
      await expect(page.getByRole('alertdialog')).toBeInViewport({ ratio: 1 });
      await expectNoSidewaysScrolling(page, 'the question');
    });

    test('the countdown is always to be seen, also far down', async ({ page, portal, person, home, frame }) => {
      await signIn(page, portal, person);
      await home.open();
      await expect(frame.clock).toBeInViewport({ ratio: 1 });
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await expect(frame.clock).toBeInViewport({ ratio: 1 });
      await expect(frame.signOut).toBeInViewport({ ratio: 1 });
    });

    atFirst('MyEGov’s pages fit too', async ({ page, myegov }) => {
      await page.goto(myegov.url);
      await expectNoSidewaysScrolling(page, 'MyEGov: start');
      await page.goto('/auth/egov/login?mode=redirect');
      const egov = new MyEGovPages(page);
      await expect(egov.via).toBeVisible();
      await expectNoSidewaysScrolling(page, 'MyEGov: sign-in');
      await egov.identify(MEMBERS.naturalPerson);
      await expect(egov.agree).toBeVisible();
      await expectNoSidewaysScrolling(page, 'MyEGov: consent');
    });
  });
}

test('With text twice as large, as browsers can be set, nothing is cut off', async ({ page, portal, person, home, frame }) => {
  await signIn(page, portal, person);
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(':root { font-size: 200% }');
      document.adoptedStyleSheets.push(sheet);
    });
  });
  await home.open();
  await expectNoSidewaysScrolling(page, 'home with large text');
  await expect(frame.clock).toBeInViewport({ ratio: 1 });
});

test('What can be pressed on a telephone is large enough', async ({ page, portal, person, home }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['/login', '/', '/profile', '/applications', '/access', '/agencies', '/sessions', '/tokens', '/environment']) {
    if (path === '/') {
      await signIn(page, portal, person);
      await home.open();
    } else {
      await page.goto(path);
    }
    const small = await page.locator('button:visible, nav a:visible, a.button:visible, input:visible:not([type="checkbox"]), label.check:visible').evaluateAll((elements) =>
      elements
        .map((element) => ({ html: element.outerHTML.slice(0, 80), box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 40 || box.height < 40)
        .map(({ html, box }) => `${html} ${Math.round(box.width)}×${Math.round(box.height)}`),
    );
    expect(small, `small targets on ${path}`).toEqual([]);
  }
});

test('On a telephone the tab of the page that is shown is in view, and the page stays at its top', async ({ page, portal, person, frame }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, portal, person);
  for (const [path, name] of [['/sessions', '我的登入'], ['/', '首頁'], ['/agencies', '機關查詢']] as const) {
    await page.goto(path);
    await expect(frame.tabs.getByRole('link', { name })).toBeInViewport({ ratio: 0.95 });
  }
  await frame.tabs.getByRole('link', { name: '我的登入' }).click();
  await expect(frame.tabs.getByRole('link', { name: '我的登入' })).toBeInViewport({ ratio: 0.95 });
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('A page is printed without what only works on a screen', async ({ page, portal, person, home, frame }) => {
  await signIn(page, portal, person);
  await home.open();
  await page.emulateMedia({ media: 'print' });
  await expect(frame.banner).toBeHidden();
  await expect(frame.tabs).toBeHidden();
  await expect(home.tiles.first()).toBeVisible();
  await expect(home.notices.first()).toBeVisible();
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
  const paper = await page.pdf({ format: 'A4' });
  expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
  const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages.length).toBeLessThanOrEqual(2);
});
