import { readFile } from 'node:fs/promises';

import { OFFERED } from '../support/sites.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

/** Pages that need nobody to be signed in, as the foot of every page links them. */
const PAGES = [
  { path: '/about', name: '關於本站' },
  { path: '/downloads', name: '下載專區' },
  { path: '/environment', name: '環境設定' },
  { path: '/support', name: '客服中心' },
];

test.describe('The foot of every page', () => {
  test('leads to the pages about the site, each with a title of its own', async ({ page, frame }) => {
    await page.goto('/support');
    await expect(frame.heading).toBeVisible();
    const titles = new Set<string>();
    for (const { path, name } of PAGES) {
      await frame.foot.getByRole('link', { name }).click();
      await expect(page).toHaveURL(path);
      await expect(frame.heading).toHaveText(name);
      await expect(frame.heading).toBeFocused();
      await expect(page).toHaveTitle(new RegExp(`^${name} · EMIC`));
      titles.add(await page.title());
    }
    expect(titles.size).toBe(PAGES.length);
  });

  test('shows the service line of the manual', async ({ login, frame }) => {
    await login.open();
    await expect(frame.foot).toContainText('客服中心，電話：02-8195-9119 ext 3370');
    await expect(frame.foot).toContainText('內政部消防署 地址：23143 新北市新店區北新路3段200號8樓 總機：02-8195-9119');
  });

  test('no link of ours leads nowhere', async ({ page, login, portal, person }) => {
    await login.open();
    const seen = new Set<string>();
    const collect = async () => {
      for (const href of await page.locator('a[href]').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))) {
        if (href.startsWith(portal.url)) seen.add(href.split('#')[0]!);
      }
    };
    for (const { path } of PAGES) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByRole('status', { name: /載入中/ })).toHaveCount(0);
      await collect();
    }
    await signIn(page, portal, person);
    for (const path of ['/', '/sessions', '/api/docs']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await collect();
    }
    expect(seen.size).toBeGreaterThan(8);
    for (const href of seen) {
      const answer = await page.request.get(href, { maxRedirects: 0 });
      expect(answer.status(), href).toBeLessThan(400);
    }
  });
});

test.describe('下載專區', () => {
  test('offers the operator’s files, which come as they are', async ({ page }) => {
    await page.goto('/downloads');
    const row = page.getByRole('row').filter({ hasText: OFFERED.name });
    await expect(row).toContainText('1 KB');
    const download = page.waitForEvent('download');
    await row.getByRole('link', { name: OFFERED.name }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(OFFERED.name);
    expect(await readFile(await file.path(), 'utf8')).toBe(OFFERED.text);
  });

  test('says that there is nothing where there is nothing', async ({ page, hasty }) => {
    await page.goto(`${hasty.url}/downloads`);
    await expect(page.getByRole('main')).toContainText('目前沒有可下載的檔案');
    await expect(page.getByRole('main').getByRole('link')).toHaveCount(0);
  });
});

test.describe('環境設定', () => {
  test('checks this browser and finds it good', async ({ page }) => {
    await page.goto('/environment');
    const main = page.getByRole('main');
    await expect(main.getByRole('status')).toContainText('必要項目都正常');
    for (const name of ['WebAssembly', '瀏覽器版本功能', 'Cookie', '本機儲存空間', '分頁之間的通訊', '電腦時鐘', '與伺服器的連線']) {
      await expect(main.getByRole('row', { name })).toContainText('正常');
    }
    const popup = main.getByRole('row', { name: '彈出視窗' });
    await expect(popup).toContainText('待測試');
    await popup.getByRole('button', { name: '測試彈出視窗' }).click();
    await expect(popup).toContainText('正常');
  });

  test('says which things are wrong and what to do', async ({ page, guard }) => {
    guard.expect(failedRequest('/api/v1/site'));
    await page.addInitScript(() => {
      window.open = () => null;
      Object.defineProperty(document, 'cookie', { get: () => '', set: () => {} });
    });
    await page.route('**/api/v1/site', (route) => route.abort('connectionrefused'));
    await page.goto('/environment');
    const main = page.getByRole('main');
    await expect(main.getByRole('status')).toContainText('有項目需要處理');
    await expect(main.getByRole('row', { name: 'Cookie' })).toContainText('需處理');
    await expect(main.getByRole('row', { name: 'Cookie' })).toContainText('登入需要 Cookie');
    await expect(main.getByRole('row', { name: '與伺服器的連線' })).toContainText('需處理');
    await main.getByRole('button', { name: '測試彈出視窗' }).click();
    await expect(main.getByRole('row', { name: '彈出視窗' })).toContainText('請在網址列允許本站的彈出視窗');
    await page.unroute('**/api/v1/site');
    await main.getByRole('button', { name: '重新檢查' }).click();
    await expect(main.getByRole('row', { name: '與伺服器的連線' })).toContainText('正常');
  });
});

test('客服中心 can be called from a telephone', async ({ page }) => {
  await page.goto('/support');
  await expect(page.getByRole('link', { name: '撥打 02-8195-9119 分機 3370' })).toHaveAttribute(
    'href',
    'tel:+886-2-8195-9119,3370',
  );
});

test('關於本站 names the version that runs', async ({ page, portal }) => {
  const site = (await (await page.request.get(`${portal.url}/api/v1/site`)).json()) as { version: string };
  await page.goto('/about');
  await expect(page.getByRole('main')).toContainText(`系統版本 ${site.version}`);
});

test('An address that is none leads home', async ({ page, frame }) => {
  await page.goto('/nowhere/at/all');
  await expect(frame.heading).toHaveText('找不到這個頁面');
  await frame.main.getByRole('link', { name: '回首頁' }).click();
  await frame.expectSignedOut();
});

test('A page whose checks go on after it was left does not break the app', async ({ page, frame }) => {
  await page.clock.install();
  await page.goto('/environment');
  await expect(frame.heading).toHaveText('環境設定');
  await frame.foot.getByRole('link', { name: '客服中心' }).click();
  await expect(frame.heading).toHaveText('客服中心');
  await page.clock.runFor(2_000);
  await frame.foot.getByRole('link', { name: '關於本站' }).click();
  await expect(frame.heading).toHaveText('關於本站');
});

test('An app that broke off says so, whatever it still shows, and can be reloaded', async ({ page, guard, frame }) => {
  guard.expect(/^script: unreachable$/);
  await page.goto('/about');
  await expect(frame.heading).toBeVisible();
  await page.evaluate(() => {
    void Promise.reject(new WebAssembly.RuntimeError('unreachable'));
    window.dispatchEvent(new ErrorEvent('error', { error: new WebAssembly.RuntimeError('unreachable') }));
  });
  const note = page.getByRole('alert').filter({ hasText: '這個頁面發生錯誤' });
  await expect(note).toHaveCount(1);
  await Promise.all([page.waitForEvent('load'), note.getByRole('button', { name: '重新整理' }).click()]);
  await expect(frame.heading).toBeVisible();
  await expect(note).toHaveCount(0);
});

test('/api/docs explains every operation without another site', async ({ page, portal }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(portal.url)) elsewhere.push(request.url());
  });
  const contract = (await (await page.request.get(`${portal.url}/api/v1/openapi.json`)).json()) as {
    tags: { name: string }[];
    paths: Record<string, Record<string, { summary: string; tags: string[] }>>;
  };
  const operations = Object.values(contract.paths).flatMap((methods) => Object.values(methods));
  expect(operations.length).toBeGreaterThan(8);
  await page.goto('/api/docs');
  for (const group of ['', ...contract.tags.map(({ name }) => name)]) {
    if (group) {
      await page.goto('/api/docs');
      await page.locator(`h2 a[href="/api/docs/${group}"]`).click();
      const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
      const expected = operations.filter(({ tags }) => tags[0] === group).map(({ summary }) => summary);
      expect(headings).toEqual(expect.arrayContaining(expected));
    } else {
      await expect(page.locator('nav li a')).toHaveCount(operations.length);
    }
    // Its own links lead to its own parts.
    const broken = await page.locator('a[href^="#"]').evaluateAll((links) =>
      links.map((link) => (link as HTMLAnchorElement).hash.slice(1)).filter((id) => !document.getElementById(id)),
    );
    expect(broken, group).toEqual([]);
  }
  expect(elsewhere).toEqual([]);
});

test('A browser without WebAssembly is told what to do', async ({ page, guard }) => {
  guard.expect(/WebAssembly|instantiateStreaming/);
  await page.addInitScript(() => {
    Object.defineProperty(window, 'WebAssembly', { value: undefined });
  });
  await page.goto('/login');
  await expect(page.getByRole('alert')).toContainText('目前無法開啟本站');
  await expect(page.getByRole('alert')).toContainText('02-8195-9119 ext 3370');
});

test('A browser without JavaScript is told what to do', async ({ browser, portal }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: portal.url });
  const page = await context.newPage();
  await page.goto('/login');
  await expect(page.getByRole('heading', { name: '請開啟 JavaScript' })).toBeVisible();
  await context.close();
});
