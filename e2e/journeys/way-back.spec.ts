import { chromium } from '@playwright/test';

import { wholeBrowserLaunch } from '../support/browser.ts';
import { Frame } from '../pages/frame.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

test.describe('The way to a page', () => {
  test('leads over the login page and back, with everything in the address', async ({ page, login, frame, person }) => {
    await page.goto('/sessions?from=mail&x=%E9%A2%B1');
    await expect(page).toHaveURL(/^[^?]*\/login\?return_to=/);
    await expect(frame.main).toContainText('登入後會回到您剛才的頁面。');
    await login.signIn(person);
    await expect(page).toHaveURL('/sessions?from=mail&x=%E9%A2%B1');
    await frame.expectSignedInAs(person.name);
  });

  for (const evil of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '/login']) {
    test(`never leads elsewhere: ${evil}`, async ({ page, login, frame, person }) => {
      await login.open(`?return_to=${encodeURIComponent(evil)}`);
      await login.signIn(person);
      await frame.expectSignedInAs(person.name);
      await expect(page).toHaveURL('/');
    });
  }

  test('to an application that was to be started', async ({ page, login, person, myegov }) => {
    await page.goto('/launch/myegov');
    await expect(page).toHaveURL('/login?return_to=%2Flaunch%2Fmyegov');
    await login.signIn(person);
    await expect(page).toHaveURL(`${myegov.url}/`);
  });
});

test.describe('Signing out', () => {
  test('says so, and the back button shows nothing of the person', async ({ page, login, frame, home, person, guard }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await login.open();
    await login.signIn(person);
    await home.expectShown();
    await frame.tabs.getByRole('link', { name: '我的登入' }).click();
    await expect(page.getByRole('table')).toBeVisible();
    await frame.signOut.click();
    await expect(login.alert).toContainText('您已登出');
    await expect(page).toHaveURL('/login?reason=signed_out');
    await page.goBack();
    await frame.expectSignedOut();
    await expect(page.getByText(person.name)).toHaveCount(0);
    await page.goForward();
    await frame.expectSignedOut();
    await expect(page.getByText(person.name)).toHaveCount(0);
  });

  test('in one tab signs out the others', async ({ page, context, login, frame, home, portal, person }) => {
    await signIn(page, portal, person);
    await home.open();
    const second = await context.newPage();
    await second.goto('/sessions');
    await expect(second.getByRole('table')).toBeVisible();
    await frame.signOut.click();
    await expect(login.alert).toContainText('您已登出');
    await expect(second).toHaveURL('/login?reason=signed_out');
    await expect(second.getByRole('alert')).toContainText('您已登出');
    await expect(second.getByText(person.name)).toHaveCount(0);
  });

  test('that fails is said, and the person knows that they are still signed in', async ({
    page,
    frame,
    home,
    portal,
    person,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await signIn(page, portal, person);
    await home.open();
    await page.route('**/api/v1/session', (route) => route.abort('internetdisconnected'));
    await frame.signOut.click();
    await expect(frame.main.getByRole('alert')).toContainText('登出沒有完成，您仍在登入狀態');
    await frame.expectSignedInAs(person.name);
    await page.unroute('**/api/v1/session');
    await frame.signOut.click();
    await frame.expectSignedOut();
  });

  test('ends the session on the server, not only in the browser', async ({ page, context, frame, home, portal, person, another }) => {
    await signIn(page, portal, person);
    await home.open();
    const kept = (await context.cookies()).find((cookie) => cookie.name === '__Host-emic-session');
    expect(kept).toBeDefined();
    await frame.signOut.click();
    await frame.expectSignedOut();
    expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain('__Host-emic-session');
    const thief = await another();
    await thief.addCookies([kept!]);
    const answer = await thief.request.get(`${portal.url}/api/v1/session`);
    expect(answer.status()).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'session_ended' });
  });
});

test.describe('Two people, one after the other in one browser', () => {
  test('see each their own, also by the back button', async ({ page, portal, login, frame, home }) => {
    const [first, second] = [await portal.newPerson('陳阿土'), await portal.newPerson('林美玉')];
    await login.open();
    await login.signIn(first);
    await home.expectShown();
    await frame.tabs.getByRole('link', { name: '我的登入' }).click();
    await expect(page.getByRole('table')).toBeVisible();
    await frame.signOut.click();
    await login.signIn(second);
    await home.expectShown();
    await frame.expectSignedInAs(second.name);
    await expect(page.getByText(first.name)).toHaveCount(0);
    for (const step of ['back', 'forward'] as const) {
      await (step === 'back' ? page.goBack() : page.goForward());
      await frame.expectSignedInAs(second.name);
      await expect(page.getByText(first.name)).toHaveCount(0);
    }
  });

  test('where the first one left a tab open', async ({ page, context, portal, frame, home, login }) => {
    const [first, second] = [await portal.newPerson('陳阿土'), await portal.newPerson('林美玉')];
    await signIn(page, portal, first);
    await page.goto('/sessions');
    await frame.expectSignedInAs(first.name);
    // The second one signs in in another tab, which the first tab's page cannot prevent.
    const other = await context.newPage();
    await other.goto('/about');
    await new Frame(other).signOut.click();
    await other.getByLabel('帳號', { exact: true }).fill(second.username);
    await other.getByLabel('密碼', { exact: true }).fill(second.password);
    await other.getByRole('button', { name: '登入', exact: true }).click();
    await new Frame(other).expectSignedInAs(second.name);
    // The first tab is the second person's now, at the start of their work.
    await frame.expectSignedInAs(second.name);
    await expect(page.getByText(first.name)).toHaveCount(0);
    await home.expectShown();
    await expect(login.submit).toHaveCount(0);
  });

  test('where the session was changed behind the page’s back', async ({ page, portal, frame }) => {
    const [first, second] = [await portal.newPerson('陳阿土'), await portal.newPerson('林美玉')];
    await signIn(page, portal, first);
    await page.goto('/sessions');
    await frame.expectSignedInAs(first.name);
    await signIn(page, portal, second);
    // Whoever looks at the page again sees who is signed in now.
    await expect(async () => {
      // Within a second the page does not ask twice.
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      await expect(frame.banner.getByText(second.name, { exact: true })).toBeVisible({ timeout: 500 });
    }).toPass();
    await frame.expectSignedInAs(second.name);
    await expect(page).toHaveURL('/');
    await expect(page.getByText(first.name)).toHaveCount(0);
  });

  test('a sign-in ends the session that the browser had before', async ({ page, context, portal, person }) => {
    await signIn(page, portal, person);
    const before = await context.cookies();
    await signIn(page, portal, person);
    const after = await context.cookies();
    const secret = (cookies: typeof before) => cookies.find((cookie) => cookie.name === '__Host-emic-session')?.value;
    expect(secret(after)).not.toBe(secret(before));
    const answer = await fetch(`${portal.url}/api/v1/session`, {
      headers: { cookie: `__Host-emic-session=${secret(before)}` },
    });
    expect(answer.status).toBe(401);
  });
});

test('A page that the browser kept whole (bfcache) shows nothing of a person who has signed out', async ({
  guard,
  portal,
  person,
  contextOptions,
}) => {
  guard.expect(failedRequest('/api/v1/session'));
  const kept = await chromium.launch({
    ...wholeBrowserLaunch,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  try {
    const context = await kept.newContext({ ...contextOptions, locale: 'zh-TW', baseURL: portal.url });
    await guard.watch(context);
    const page = await context.newPage();
    await page.addInitScript(() => {
      addEventListener('pageshow', (event) => {
        if (event.persisted) sessionStorage.setItem('kept', 'yes');
      });
    });
    await signIn(context, portal, person);
    await page.goto('/');
    const frame = new Frame(page);
    await frame.expectSignedInAs(person.name);
    await page.goto('/api/docs');
    await page.request.delete(`${portal.url}/api/v1/session`, { data: {} });
    await page.goBack({ waitUntil: 'commit' });
    await frame.expectSignedOut();
    await expect(page.getByText(person.name)).toHaveCount(0);
    expect(await page.evaluate(() => sessionStorage.getItem('kept')), 'the page came whole').toBe('yes');
  } finally {
    await kept.close();
  }
});
