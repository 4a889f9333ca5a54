import { randomUUID } from 'node:crypto';

import { DEMO } from '../support/sites.ts';
import { expect, failedRequest, test } from '../support/test.ts';

test.describe('Signing in with an account of EMIC', () => {
  test('leads home and shows who is signed in and for how long', async ({ page, login, frame, home, person }) => {
    await login.open();
    await login.signIn(person);
    await home.expectShown();
    await frame.expectSignedInAs(person.name);
    await expect(frame.clock).toHaveText(/^自動登出倒數:(30:00|29:[0-5]\d)$/);
    await expect(page).toHaveURL('/');
    await expect(page).toHaveTitle('執行應用系統 · EMIC 應變管理資訊雲端服務');
    await expect(frame.main).toContainText('彰化縣消防局');
  });

  test('gives the browser a cookie that no script reads and that belongs to this host alone', async ({
    page,
    context,
    login,
    frame,
    person,
  }) => {
    await login.open();
    await login.signIn(person);
    await expect(frame.signOut).toBeVisible();
    const cookie = (await context.cookies()).find((cookie) => cookie.name === '__Host-emic-session');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', expires: -1 });
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }))).toEqual([]);
  });

  test('a wrong password is announced, keeps the name, and leads to the password', async ({
    login,
    guard,
    person,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await login.open();
    await login.signIn({ username: person.username, password: 'not-the-password' });
    await expect(login.alert).toContainText('帳號或密碼不正確');
    await expect(login.username).toHaveValue(person.username);
    await expect(login.password).toHaveValue('');
    await expect(login.password).toBeFocused();
    await login.password.fill(person.password);
    await login.submit.click();
    await expect(login.page).toHaveURL('/');
  });

  test('an unknown account is refused in the same words as a wrong password', async ({ login, guard, person }) => {
    guard.expect(failedRequest('/api/v1/session'));
    const words: string[] = [];
    for (const username of [person.username, `nobody-${randomUUID()}`]) {
      await login.open();
      await login.signIn({ username, password: 'not-the-password' });
      await expect(login.alert).toBeVisible();
      words.push(await login.alert.innerText());
    }
    expect(words[0]).toBe(words[1]);
  });

  test('empty fields are named, tied to their inputs, and the first gets the focus', async ({ page, login }) => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(request.url());
    });
    await login.open();
    await login.submit.click();
    await expect(login.alert).toContainText('有欄位需要修正');
    await expect(login.username).toBeFocused();
    for (const [field, words] of [
      [login.username, '請輸入帳號'],
      [login.password, '請輸入密碼'],
    ] as const) {
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(field).toHaveAccessibleDescription(words);
    }
    await login.username.fill('someone');
    await expect(login.username).not.toHaveAttribute('aria-invalid');
    await expect(login.username).toHaveAccessibleDescription('');
    await expect(login.password).toHaveAccessibleDescription('請輸入密碼');
    await login.submit.click();
    await expect(login.password).toBeFocused();
    expect(asked).toEqual([]);
  });

  test('Enter signs in from either field', async ({ page, login, frame, person }) => {
    await login.open();
    await login.username.fill(person.username);
    await login.password.fill(person.password);
    await login.username.press('Enter');
    await expect(frame.signOut).toBeVisible();
    await expect(page).toHaveURL('/');
  });

  test('the password can be shown and hidden again', async ({ login }) => {
    await login.open();
    await login.password.fill('颱風夜 2026');
    await expect(login.password).toHaveAttribute('type', 'password');
    await login.emic.getByRole('button', { name: '顯示密碼' }).click();
    await expect(login.password).toHaveAttribute('type', 'text');
    await expect(login.password).toHaveValue('颱風夜 2026');
    await login.emic.getByRole('button', { name: '隱藏密碼' }).click();
    await expect(login.password).toHaveAttribute('type', 'password');
  });

  test('after five failures the page says how long to wait, counts it down, and means it', async ({
    login,
    guard,
    person,
    portal,
    request,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    for (let failure = 0; failure < 5; failure++) {
      const data = { username: person.username, password: `guess-${failure}` };
      expect((await request.post(`${portal.url}/api/v1/session`, { data })).status()).toBe(401);
    }
    await login.open();
    // Right, but too late: a guesser learns nothing from it.
    await login.signIn(person);
    await expect(login.alert).toContainText('登入失敗次數過多');
    await expect(login.username).toHaveValue(person.username);
    const wait = login.emic.getByRole('timer');
    await expect(wait).toHaveText(/^可再試的時間，還有 1[45]:\d\d$/);
    const before = await wait.innerText();
    await expect(wait).not.toHaveText(before);
    // Others are not kept out.
    await login.signIn(DEMO.responder);
    await expect(login.page).toHaveURL('/');
  });

  test('a double click signs in once', async ({ page, login, person, frame }) => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(request.url());
    });
    await login.open();
    await login.username.fill(person.username);
    await login.password.fill(person.password);
    await login.submit.dblclick();
    await expect(frame.signOut).toBeVisible();
    expect(asked.filter((url) => url.endsWith('/api/v1/session'))).toHaveLength(1);
  });

  test('a server that cannot be reached is said so, and nothing that was typed is lost', async ({
    page,
    login,
    guard,
    person,
    frame,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await login.open();
    await page.route('**/api/v1/session', (route) => route.abort('internetdisconnected'));
    await login.signIn(person);
    await expect(login.alert).toContainText('連不上伺服器');
    await expect(login.username).toHaveValue(person.username);
    await expect(login.password).toHaveValue(person.password);
    await page.unroute('**/api/v1/session');
    await login.submit.click();
    await frame.expectSignedInAs(person.name);
  });
});

test('A signed-in person who opens the login page is led on', async ({ page, login, person, frame }) => {
  await login.open();
  await login.signIn(person);
  await expect(frame.signOut).toBeVisible();
  await page.goto('/login');
  await expect(page).toHaveURL('/');
});
