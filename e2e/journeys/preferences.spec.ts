import { Frame } from '../pages/frame.ts';
import { expect, signIn, test } from '../support/test.ts';

test.describe('The language', () => {
  test('is Chinese at first, can be changed, is remembered, and reaches the other tabs', async ({
    page,
    context,
    frame,
    login,
  }) => {
    await login.open();
    const second = await context.newPage();
    await second.goto('/support');
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant-TW');
    await expect(frame.language).toHaveAttribute('lang', 'en');
    await frame.language.click();
    await expect(frame.heading).toHaveText('Sign in');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page).toHaveTitle(/^Sign in · EMIC/);
    await expect(new Frame(second).heading).toHaveText('Support');
    await page.reload();
    await expect(frame.heading).toHaveText('Sign in');
    await frame.language.click();
    await expect(frame.heading).toHaveText('會員登入');
    await expect(new Frame(second).heading).toHaveText('客服中心');
  });

  test('reaches everything: what comes from the server too', async ({ page, portal, person, home, frame }) => {
    await signIn(page, portal, person);
    await home.open();
    await frame.language.click();
    await expect(frame.clock).toHaveText(/^Signs out in:(30:00|29:\d\d)$/);
    await expect(frame.main).toContainText('EMIC response service');
    await expect(frame.main).toContainText('Typhoon warning: response centre activated at level 2');
    for (const path of ['/', '/sessions', '/login', '/about', '/downloads', '/environment', '/support', '/nowhere']) {
      await page.goto(path);
      await expect(frame.heading).toBeVisible();
      const chinese = await page.evaluate(() => {
        const found: string[] = [];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
          const parent = node.parentElement;
          if (!/\p{Script=Han}/u.test(node.textContent ?? '')) continue;
          // Names, the other language's own name, and the glyph of a tile are what they are.
          if (parent?.closest('[lang^="zh"]:not(html), [aria-hidden="true"], .person, .greeting')) continue;
          if (parent?.closest('a[download]')) continue;
          found.push(node.textContent ?? '');
        }
        return found;
      });
      expect(chinese, `Chinese on ${path} in English`).toEqual([]);
    }
  });

  test('is kept for the moment before the app arrives', async ({ page, login, frame }) => {
    await login.open();
    await frame.language.click();
    await expect(frame.heading).toHaveText('Sign in');
    await page.route('**/*.wasm', () => {});
    await page.reload({ waitUntil: 'commit' });
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.getByRole('status')).toContainText('Loading…');
  });
});

test.describe('The colours', () => {
  const paper = () => getComputedStyle(document.body).backgroundColor;

  test('follow the device, can be chosen, are remembered, and reach the other tabs', async ({
    page,
    context,
    frame,
    login,
  }) => {
    await login.open();
    const second = await context.newPage();
    await second.goto('/about');
    await expect(new Frame(second).heading).toBeVisible();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await page.evaluate(paper);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await page.evaluate(paper);
    expect(dark).not.toBe(light);
    await expect(frame.theme).toHaveText(/依裝置$/);
    await frame.theme.click();
    await expect(frame.theme).toHaveText(/淺色$/);
    expect(await page.evaluate(paper)).toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    await frame.theme.click();
    await expect(frame.theme).toHaveText(/深色$/);
    expect(await page.evaluate(paper)).toBe(dark);
    await expect(second.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.reload();
    await expect(frame.theme).toHaveText(/深色$/);
    expect(await page.evaluate(paper)).toBe(dark);
  });

  test('are right at the first paint', async ({ page, frame, login }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await login.open();
    await frame.theme.click();
    await frame.theme.click();
    const dark = await page.evaluate(paper);
    await page.route('**/*.wasm', () => {});
    await page.reload({ waitUntil: 'commit' });
    await expect(page.getByRole('status')).toBeVisible();
    expect(await page.evaluate(paper)).toBe(dark);
  });
});
