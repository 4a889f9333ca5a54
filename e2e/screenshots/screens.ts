import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { StoppedClock } from '../support/clock.ts';
import { MEMBERS } from '../support/sites.ts';
import { atFirst as test, expect, signIn } from '../support/test.ts';
import { MyEGovPages } from '../pages/myegov.ts';

const FOLDER = join(import.meta.dirname, '../../docs/images');
/** A repository is no photograph album, in bytes. */
const MOST = 180_000;

test.use({ viewport: { width: 1200, height: 760 } });

async function picture(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  // Nothing that only a mouse brings about.
  await page.mouse.move(0, 0);
  const png = await page.screenshot({ caret: 'hide', animations: 'disabled', ...options });
  expect(png.length, `the size of ${name}.png`).toBeLessThan(MOST);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}.png`), png);
}

const WARDEN = '林小晴';

test('the login page', async ({ page, login }) => {
  await login.open();
  await picture(page, 'login');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'login-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 360, height: 740 });
  await picture(page, 'login-360', { fullPage: true });
});

test('MyEGov’s pages', async ({ page }) => {
  await page.setViewportSize({ width: 600, height: 640 });
  await page.goto('/auth/egov/login?mode=redirect');
  const egov = new MyEGovPages(page);
  await expect(egov.via).toBeVisible();
  await picture(page, 'myegov-sign-in');
  await egov.identify(MEMBERS.civilServant);
  await expect(egov.agree).toBeVisible();
  await picture(page, 'myegov-consent');
});

test('home, the warning, and the end', async ({ page, portal, home, frame, login, guard }) => {
  guard.expect(/^console:/);
  const person = await portal.newPerson(WARDEN);
  await page.clock.install();
  await signIn(page, portal, person);
  await home.open();
  const clock = await StoppedClock.stop(page);
  await clock.run(8);
  await picture(page, 'home');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'home-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await frame.language.click();
  await picture(page, 'home-en');
  await frame.language.click();
  await page.setViewportSize({ width: 360, height: 740 });
  await picture(page, 'home-360');
  await page.setViewportSize({ width: 1200, height: 760 });
  await clock.sleep(28 * 60);
  await expect(frame.warning).toBeVisible();
  await picture(page, 'warning');
  await page.goto('/sessions');
  await clock.sleep(60 * 60);
  await expect(login.alert).toBeVisible();
  await picture(page, 'expired');
});

test('one’s own sessions', async ({ page, portal, sessions, another }) => {
  const person = await portal.newPerson(WARDEN);
  const elsewhere = await another();
  await elsewhere.request.post(`${portal.url}/api/v1/session`, {
    data: { username: person.username, password: person.password },
    headers: { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1' },
  });
  await signIn(page, portal, person);
  await sessions.open();
  await picture(page, 'sessions');
});

test('環境設定', async ({ page, frame }) => {
  await page.goto('/environment');
  await expect(frame.main.getByRole('status')).toContainText('正常');
  await picture(page, 'environment', { fullPage: true });
});
