import type { Page } from '@playwright/test';

import { StoppedClock } from '../support/clock.ts';
import { expectAccessible, expectAccessibleInBothColours } from '../support/accessibility.ts';
import { Frame } from '../pages/frame.ts';
import { RequestForm, RequestPage } from '../pages/access.ts';
import { MyEGovPages } from '../pages/myegov.ts';
import { DEMO, MEMBERS } from '../support/sites.ts';
import { atFirst, expect, failedRequest, signIn, test } from '../support/test.ts';

// Axe looks at every element.
test.describe.configure({ timeout: 180_000 });

/** Has axe look at what is shown, in both languages and both sets of colours. */
async function inEveryDress(page: Page, what: string): Promise<void> {
  const frame = new Frame(page);
  for (const language of ['zh-Hant-TW', 'en']) {
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expectAccessibleInBothColours(page, `${what}, ${language}`);
    await frame.language.click();
  }
}

/** Has axe look at an open dialog, which does not let one reach the language's switch. */
async function dialogInEveryDress(page: Page, open: () => Promise<void>, what: string, clock?: StoppedClock): Promise<void> {
  const frame = new Frame(page);
  for (const language of ['zh-Hant-TW', 'en']) {
    await open();
    await expectAccessibleInBothColours(page, `${what}, ${language}`, { clock });
    await page.keyboard.press('Escape');
    await frame.language.click();
  }
}

for (const { path, name } of [
  { path: '/login', name: '會員登入' },
  { path: '/login?reason=idle&return_to=%2Fsessions', name: '會員登入, after the end of a session' },
  { path: '/about', name: '關於本站' },
  { path: '/downloads', name: '下載專區' },
  { path: '/environment', name: '環境設定' },
  { path: '/support', name: '客服中心' },
  { path: '/nowhere', name: 'the page that says that there is none' },
]) {
  test(`axe finds nothing wrong with ${name}`, async ({ page, frame }) => {
    await page.goto(path);
    await expect(frame.heading).toBeVisible();
    if (path === '/downloads') await expect(page.getByRole('table')).toBeVisible();
    if (path === '/environment') await expect(frame.main.getByRole('status')).toContainText('正常');
    await inEveryDress(page, name);
  });
}

for (const path of ['/', '/profile', '/sessions']) {
  test(`axe finds nothing wrong with ${path} of a signed-in person`, async ({ page, portal, person, frame, another }) => {
    await signIn(await another(), portal, person);
    await signIn(page, portal, person);
    await page.goto(path);
    const shown = { '/': frame.main.getByRole('article').first(), '/profile': page.getByLabel('電子信箱') }[path];
    await expect(shown ?? page.getByRole('table')).toBeVisible();
    await inEveryDress(page, path);
  });
}

for (const path of ['/applications', '/access', '/access/new?application=emic']) {
  test(`axe finds nothing wrong with ${path}`, async ({ page, portal, frame }) => {
    await signIn(page, portal, DEMO.responder);
    await page.goto(path);
    await expect(frame.heading).toBeVisible();
    await expect(page.locator('.skeleton')).toHaveCount(0);
    await inEveryDress(page, path);
  });
}

test('axe finds nothing wrong with a request’s form, its errors, its review, and what was sent', async ({
  page,
  portal,
  person,
}) => {
  const [form, request] = [new RequestForm(page), new RequestPage(page)];
  await signIn(page, portal, person);
  await form.open('emic');
  await form.next.click();
  await expect(form.alert).toBeVisible();
  await inEveryDress(page, 'the form’s errors');
  await form.fill();
  await form.next.click();
  await expect(form.review).toBeVisible();
  await inEveryDress(page, 'the review');
  await form.send.click();
  await expect(request.sent).toBeVisible();
  await inEveryDress(page, 'the request');
});

test('axe finds nothing wrong with chosen colours, whatever the device says', async ({ page, portal, person, home, frame }) => {
  await signIn(page, portal, person);
  await home.open();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await frame.theme.click();
    await expectAccessible(page, `home, ${await frame.theme.innerText()} on a ${colorScheme} device`);
  }
});

test('axe finds nothing wrong with the login page’s errors', async ({ page, login, guard }) => {
  guard.expect(failedRequest('/api/v1/session'));
  await login.open();
  await login.submit.click();
  await expect(login.alert).toBeVisible();
  await inEveryDress(page, 'empty fields');
  await login.signIn({ username: 'nobody-at-all', password: 'x' });
  await expect(login.alert).toContainText('帳號或密碼不正確');
  await inEveryDress(page, 'wrong password');
});

test('axe finds nothing wrong with the wait after too many failures', async ({ page, login, guard }) => {
  guard.expect(failedRequest('/api/v1/session'));
  await page.route('**/api/v1/session', (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const problem = { type: '', title: '', status: 429, code: 'too_many_attempts', retry_after: 840, request_id: '' };
    return route.fulfill({ status: 429, contentType: 'application/problem+json', json: problem });
  });
  await login.open();
  await login.signIn({ username: 'nobody', password: 'x' });
  await expect(login.emic.getByRole('timer')).toBeVisible();
  await inEveryDress(page, 'too many failures');
});

test('axe finds nothing wrong with a page whose parts failed or are empty', async ({ page, portal, person, frame, guard }) => {
  guard.expect(failedRequest('/api/v1/applications'));
  await signIn(page, portal, person);
  await page.route('**/api/v1/applications', (route) => route.abort());
  await page.route('**/api/v1/notices', (route) => route.fulfill({ json: { items: [], next: null } }));
  await page.goto('/');
  await expect(frame.main.getByRole('alert')).toBeVisible();
  await inEveryDress(page, 'failed and empty parts');
});

test('axe finds nothing wrong with a page that still waits', async ({ page, portal, person, frame }) => {
  await signIn(page, portal, person);
  await page.route('**/api/v1/{applications,notices}', () => {});
  await page.goto('/');
  await expect(frame.signOut).toBeVisible();
  await inEveryDress(page, 'waiting parts');
});

test('axe finds nothing wrong with the page before the app arrives', async ({ page }) => {
  await page.route('**/*.wasm', () => {});
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.getByRole('status')).toBeVisible();
  // It names no page yet.
  await expectAccessibleInBothColours(page, 'the first paint', { without: ['page-has-heading-one'] });
});

test('axe finds nothing wrong with the warning before the automatic sign-out', async ({ page, portal, person, home, frame }) => {
  await page.clock.install();
  await signIn(page, portal, person);
  await home.open();
  const clock = await StoppedClock.stop(page);
  let threshold = 300;
  await dialogInEveryDress(
    page,
    async () => {
      // Closed by Escape it comes back at the next threshold.
      await clock.sleepUntil(threshold);
      threshold = 120;
      await expect(frame.warning).toBeVisible();
    },
    'the warning',
    clock,
  );
});

test('axe finds nothing wrong with the question before a session is ended', async ({ page, portal, person, sessions, another }) => {
  await signIn(await another(), portal, person);
  await signIn(page, portal, person);
  await sessions.open();
  const dialog = page.getByRole('alertdialog');
  await dialogInEveryDress(
    page,
    async () => {
      await sessions.rows.getByRole('button').click();
      await expect(dialog).toBeVisible();
    },
    'the question',
  );
});

test('axe finds nothing wrong while the page waits for MyEGov', async ({ page, context, login }) => {
  await login.open();
  // The pop-up stays empty, so that its page is not looked at here.
  await context.route('**/auth/egov/login**', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
  const popup = page.waitForEvent('popup');
  await login.goToEgov.click();
  await (await popup).close();
  await expect(login.egov.getByRole('status')).toBeVisible();
  await inEveryDress(page, 'waiting for the pop-up');
});

test('axe finds nothing wrong with the pages of the API', async ({ page }) => {
  // One group stands for all: their pages are made of the same parts.
  for (const path of ['/api/docs', '/api/docs/session']) {
    await page.goto(path);
    await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
    await expectAccessibleInBothColours(page, path);
  }
});

atFirst('axe finds nothing wrong with MyEGov’s pages', async ({ page, myegov, frame, guard }) => {
  const egov = new MyEGovPages(page);
  const heading = page.getByRole('heading', { level: 1 });
  const look = (what: string) => expectAccessibleInBothColours(page, `MyEGov: ${what}`);
  guard.expect(failedRequest('/sign-in'));
  await page.goto(myegov.url);
  await expect(heading).toBeVisible();
  await look('start');
  await page.goto('/auth/egov/login?mode=redirect');
  await expect(egov.via).toBeVisible();
  await look('sign-in');
  await egov.identify({ ...MEMBERS.civilServant, password: 'wrong-password' });
  await expect(page.getByRole('alert')).toBeVisible();
  await look('sign-in refused');
  await egov.identify(MEMBERS.civilServant);
  await expect(egov.agree).toBeVisible();
  await look('consent');
  await egov.agree.click();
  await frame.expectSignedInAs(MEMBERS.civilServant.name);
  await page.goto(myegov.url);
  await look('member');
  await page.goto(`${myegov.url}/sign-out`);
  await look('sign-out');
  await page.getByRole('button', { name: '登出', exact: true }).click();
  await expect(heading).toHaveText('您已登出');
  await look('signed out');
});

test('the automatic messages are in regions that screen readers follow', async ({ page, portal, person, home, frame }) => {
  await signIn(page, portal, person);
  await home.open();
  // The ticking is not read out; what matters is.
  for (const timer of await page.getByRole('timer').all()) await expect(timer).toHaveAttribute('aria-live', 'off');
  await expect(frame.clock).toBeVisible();
});
