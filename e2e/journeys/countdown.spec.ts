import type { Page } from '@playwright/test';

import { Frame } from '../pages/frame.ts';
import { HomePage } from '../pages/home.ts';
import { StoppedClock } from '../support/clock.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const MINUTE = 60;

test.describe('The countdown', () => {
  test.beforeEach(async ({ page, portal, person }) => {
    await page.clock.install();
    await signIn(page, portal, person);
  });

  test('shows the time left as the manual does, second by second', async ({ page, home, frame }) => {
    await home.open();
    await expect(frame.clock).toHaveText(/^自動登出倒數:(30:00|29:5\d)$/);
    const before = await frame.secondsLeft();
    await page.clock.runFor(5_000);
    await frame.expectSecondsLeft(before - 8, before - 5);
    await expect(frame.clock).toHaveText(/^自動登出倒數:29:\d\d$/);
    await expect(frame.clock).toHaveAttribute('aria-live', 'off');
  });

  test('at 29:59 without activity the person is signed in, at 30:00 it is over', async ({
    page,
    home,
    frame,
    login,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(3);
    await frame.extend.press('Escape');
    clock.count.asked = 0;
    await clock.run(2);
    await clock.shows(1);
    await expect(home.tiles.first()).toBeVisible();
    expect(clock.count.asked).toBe(0);
    await clock.run(1);
    await expect(page).toHaveURL('/login?reason=idle');
    await expect(login.alert).toContainText('閒置過久，已自動登出');
    await frame.expectSignedOut();
    // Once at the end, and once by the login page, which is loaded then.
    expect(clock.count.asked).toBe(2);
    expect(clock.count.told).toBe(0);
  });

  test('the server is the owner of the clock: a page that reckons wrongly goes on with its answer', async ({
    page,
    home,
    frame,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(1);
    // Another program of the person's is at work; this page knows nothing of it.
    await page.evaluate(() => fetch('/api/v1/session/extend', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }));
    await clock.run(1);
    await clock.shows(29 * MINUTE + 59);
    await expect(home.tiles.first()).toBeVisible();
    await expect(page).toHaveURL('/');
    await expect(frame.warning).toBeHidden();
  });

  test('while the page waits for the decision, nothing of the person is to be seen', async ({
    page,
    home,
    frame,
    person,
  }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(2);
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/v1/session', async (route) => {
      await held;
      await route.continue();
    });
    await clock.run(2);
    await expect(frame.main.getByText('正在確認您的登入狀態…')).toBeVisible();
    await expect(home.tiles.first()).toBeHidden();
    await expect(frame.main.getByText(person.name)).toBeHidden();
    // For the real server it is still early.
    answer();
    await expect(home.tiles.first()).toBeVisible();
  });

  test('without a network at its end the page hides, says so, and comes back when the network does', async ({
    page,
    home,
    frame,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(2);
    await page.route('**/api/v1/session', (route) => route.abort('internetdisconnected'));
    await clock.run(2);
    await expect(frame.main.getByRole('alert')).toContainText('無法確認登入狀態');
    await expect(home.tiles.first()).toBeHidden();
    await page.unroute('**/api/v1/session');
    await page.context().unroute('**/api/v1/session');
    await frame.main.getByRole('button', { name: '再試一次' }).click();
    await expect(home.tiles.first()).toBeVisible();
    await expect(frame.main.getByRole('alert')).toHaveCount(0);
  });

  test('warns at 5, 2 and 1 minutes: announced, with the focus inside, closed by Escape, focus back', async ({
    page,
    home,
    frame,
  }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    await frame.language.focus();
    for (const minutes of [5, 2, 1]) {
      await clock.sleepUntil(minutes * MINUTE + 1);
      await expect(frame.warning).toBeHidden();
      await clock.run(1);
      await expect(frame.warning).toBeVisible();
      await expect(frame.warning.getByRole('timer')).toHaveText(`距離自動登出還有0${minutes}:00`);
      await expect(frame.warning).toHaveAccessibleDescription(/您已有一段時間沒有操作/);
      await expect(frame.warning.getByRole('status')).toHaveText(`即將自動登出，剩下 ${minutes} 分鐘。`);
      await expect(frame.extend).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(frame.warning).toBeHidden();
      await expect(frame.language).toBeFocused();
    }
    expect(clock.count.told, 'closing the warning is no extension').toBe(0);
  });

  test('a warning that stays open is announced anew at each threshold', async ({ page, home, frame }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    const said = frame.warning.getByRole('status');
    await clock.sleepUntil(5 * MINUTE);
    await expect(said).toHaveText('即將自動登出，剩下 5 分鐘。');
    await clock.sleepUntil(2 * MINUTE + 1);
    await expect(said).toHaveText('即將自動登出，剩下 5 分鐘。');
    await clock.run(1);
    await expect(said).toHaveText('即將自動登出，剩下 2 分鐘。');
    await clock.sleepUntil(1 * MINUTE);
    await expect(said).toHaveText('即將自動登出，剩下 1 分鐘。');
  });

  test('the dialog keeps the focus', async ({ page, home, frame }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(90);
    await expect(frame.extend).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(frame.warning.getByRole('button', { name: '登出' })).toBeFocused();
    for (let stop = 0; stop < 4; stop++) {
      await page.keyboard.press('Tab');
      const outside = await page.evaluate(
        () => document.activeElement !== document.body && !document.activeElement?.closest('dialog'),
      );
      expect(outside, 'nothing behind the dialog has the focus').toBe(false);
    }
  });

  test('延長 extends on the server and gives the whole time back', async ({ page, home, frame }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(90);
    await frame.extend.click();
    await expect(frame.warning).toBeHidden();
    await clock.shows(30 * MINUTE);
    expect(clock.count.told).toBe(1);
  });

  test('登出 in the dialog signs out', async ({ page, home, frame, login }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(90);
    await frame.warning.getByRole('button', { name: '登出' }).click();
    await frame.expectSignedOut();
    await expect(login.alert).toContainText('您已登出');
  });

  test('an extension that fails is said in the dialog, which stays', async ({ page, home, frame, guard }) => {
    guard.expect(failedRequest('/api/v1/session/extend'));
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(90);
    await page.route('**/api/v1/session/extend', (route) => route.abort('internetdisconnected'));
    await frame.extend.click();
    await expect(frame.warning.getByRole('alert')).toContainText('延長沒有成功');
    await expect(frame.extend).toBeFocused();
    await page.unroute('**/api/v1/session/extend');
    await frame.extend.click();
    await expect(frame.warning).toBeHidden();
    await clock.shows(30 * MINUTE);
  });

  test('typing counts as activity, at most once a minute for all tabs together', async ({ page, context, home }) => {
    await home.open();
    const second = await context.newPage();
    await second.goto('/');
    await new HomePage(second).expectShown();
    const clock = await StoppedClock.stop(page);
    await expect(new Frame(second).clock).toHaveText('自動登出倒數:30:00');
    const type = async (on: Page) => {
      for (const key of 'abc') await on.keyboard.press(key);
      // Whatever the page has to ask for, it has asked for now.
      await on.evaluate(() => fetch('/health/live'));
    };
    await type(page);
    await type(second);
    expect(clock.count.told, 'the session has just been extended').toBe(0);
    await clock.run(61);
    await type(page);
    await clock.shows(30 * MINUTE);
    await type(second);
    await type(page);
    expect(clock.count.told, 'one tab has told it for both').toBe(1);
    await clock.run(59);
    await type(second);
    await type(page);
    expect(clock.count.told, 'not yet again').toBe(1);
    await clock.run(2);
    await type(second);
    await clock.shows(30 * MINUTE);
    await type(page);
    expect(clock.count.told).toBe(2);
  });

  test('pointing counts as activity too, and a page that is only looked at does not', async ({ page, home }) => {
    await home.open();
    await page.mouse.move(200, 200);
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(20 * MINUTE);
    await clock.run(30);
    expect(clock.count.told).toBe(0);
    await clock.shows(20 * MINUTE - 30);
    await page.mouse.move(260, 240);
    await clock.shows(30 * MINUTE);
    expect(clock.count.told).toBe(1);
  });

  test('while the warning is open, only 延長 extends', async ({ page, home, frame }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(90);
    await expect(frame.warning).toBeVisible();
    await page.mouse.move(300, 300);
    await page.keyboard.press('a');
    await page.mouse.move(400, 400);
    await clock.run(1);
    await clock.shows(89);
    await expect(frame.warning).toBeVisible();
    expect(clock.count.told).toBe(0);
  });

  test('after a sleep the page asks at once and goes on with what the server says', async ({ page, home, frame }) => {
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleep(26 * MINUTE);
    await clock.shows(4 * MINUTE);
    expect(clock.count.asked).toBe(1);
    await expect(frame.warning).toBeVisible();
  });

  test('after a sleep beyond the end nothing of the person appears, but why they are signed out', async ({
    page,
    home,
    frame,
    login,
    person,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await home.open();
    const clock = await StoppedClock.stop(page);
    await clock.sleep(8 * 60 * MINUTE);
    await expect(page).toHaveURL('/login?reason=idle');
    await expect(login.alert).toContainText('閒置過久，已自動登出');
    await frame.expectSignedOut();
    await expect(page.getByText(person.name)).toHaveCount(0);
  });

  test('延長 in another tab closes the dialog here', async ({ page, context, home, frame }) => {
    await home.open();
    const second = await context.newPage();
    await second.goto('/sessions');
    const there = new Frame(second);
    await expect(second.getByRole('table')).toBeVisible();
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(2 * MINUTE);
    await expect(frame.warning).toBeVisible();
    await expect(there.warning).toBeVisible();
    await there.extend.click();
    await expect(there.warning).toBeHidden();
    await expect(frame.warning).toBeHidden();
    await clock.shows(30 * MINUTE);
    await expect(there.clock).toHaveText('自動登出倒數:30:00');
    expect(clock.count.told).toBe(1);
  });

  test('a machine whose clock is set while the page is open keeps the right countdown', async ({
    page,
    home,
    frame,
  }) => {
    await home.open();
    for (const minutes of [10, -10]) {
      const asked = page.waitForRequest('**/api/v1/session');
      await page.clock.setSystemTime(Date.now() + minutes * MINUTE * 1000);
      await page.clock.runFor(1_000);
      await asked;
      await frame.expectSecondsLeft(29 * MINUTE + 30, 30 * MINUTE);
      await expect(frame.warning).toBeHidden();
    }
  });
});

for (const minutes of [10, -10]) {
  test(`On a machine whose clock is ${minutes} minutes off the countdown is right, and 環境設定 says so`, async ({
    page,
    portal,
    person,
    home,
    frame,
  }) => {
    await page.clock.install({ time: Date.now() + minutes * MINUTE * 1000 });
    await signIn(page, portal, person);
    await home.open();
    await expect(frame.clock).toHaveText(/^自動登出倒數:(30:00|29:5\d)$/);
    await page.clock.runFor(3_000);
    await frame.expectSecondsLeft(29 * MINUTE + 30, 29 * MINUTE + 57);
    await page.goto('/environment');
    const row = page.getByRole('row', { name: /電腦時鐘/ });
    await expect(row).toContainText('請留意');
    await expect(row).toContainText(/與伺服器相差 (59\d|60\d) 秒/);
  });
}

test.describe('With real clocks', () => {
  test.beforeEach(async ({ page, warning }) => {
    await signIn(page, warning, await warning.newPerson());
  });

  test('延長 in another tab closes the dialog here', async ({ page, context, warning, frame }) => {
    await page.goto(warning.url);
    const second = await context.newPage();
    await second.goto(`${warning.url}/sessions`);
    const there = second.getByRole('alertdialog', { name: '即將自動登出' });
    // 66 seconds, and the last warning is at 60.
    await expect(frame.warning).toBeVisible();
    await expect(there).toBeVisible();
    await there.getByRole('button', { name: '延長' }).click();
    await expect(there).toBeHidden();
    await expect(frame.warning).toBeHidden();
    await frame.expectSecondsLeft(61, 66);
  });

  test('a tab that is opened meanwhile takes part', async ({ page, context, warning, frame }) => {
    await page.goto(warning.url);
    await expect(frame.warning).toBeVisible();
    const second = await context.newPage();
    await second.goto(`${warning.url}/sessions`);
    await expect(second.getByRole('table')).toBeVisible();
    // Opening a page is an activity of the person, and the first tab hears of it.
    await expect(frame.warning).toBeHidden();
  });
});
