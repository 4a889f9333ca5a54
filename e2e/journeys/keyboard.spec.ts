import { REASON, RequestForm, RequestPage, day } from '../pages/access.ts';
import { StoppedClock } from '../support/clock.ts';
import { tabTo } from '../support/keyboard.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

test.describe('With the keyboard alone', () => {
  test('one signs in, looks around, ends a session, and signs out', async ({
    page,
    portal,
    person,
    another,
    frame,
    login,
    home,
    sessions,
  }) => {
    await signIn(await another(), portal, person);
    await page.goto('/login');
    await expect(login.submit).toBeVisible();

    await tabTo(page, login.username);
    await page.keyboard.type(person.username);
    await tabTo(page, login.password);
    await page.keyboard.type(person.password);
    await page.keyboard.press('Enter');
    // The app is loaded after the login page; the focus begins at its top, as in any page.
    await home.expectShown();

    await tabTo(page, frame.tabs.getByRole('link', { name: '我的登入' }));
    await page.keyboard.press('Enter');
    await expect(sessions.rows).toHaveCount(2);

    await tabTo(page, sessions.rows.getByRole('button', { name: /^結束/ }));
    await page.keyboard.press('Enter');
    await expect(sessions.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(sessions.dialog).toBeHidden();
    await page.keyboard.press('Space');
    await tabTo(page, sessions.dialog.getByRole('button', { name: '結束', exact: true }), 4);
    await page.keyboard.press('Enter');
    await expect(sessions.rows).toHaveCount(1);

    await tabTo(page, frame.signOut);
    await page.keyboard.press('Enter');
    await frame.expectSignedOut();
  });

  test('one asks for a permission and takes the request back', async ({ page, portal, person, home }) => {
    const [form, request] = [new RequestForm(page), new RequestPage(page)];
    await signIn(page, portal, person);
    await home.open();
    await tabTo(page, home.tiles.getByRole('link').first());
    await page.keyboard.press('Enter');
    await tabTo(page, form.role('災情查通報'));
    await page.keyboard.press('Space');
    await tabTo(page, form.reason);
    await page.keyboard.insertText(REASON);
    await tabTo(page, form.endsOn);
    // In the order of the browser's own language, which Playwright sets to American English.
    const [year, month, date] = day(30).split('-');
    await page.keyboard.type(`${month}${date}${year}`);
    await expect(form.endsOn).toHaveValue(day(30));
    await tabTo(page, form.next);
    await page.keyboard.press('Enter');
    await expect(form.review.getByRole('heading')).toBeFocused();
    await tabTo(page, form.send, 2);
    await page.keyboard.press('Enter');
    await expect(request.sent).toBeVisible();
    await tabTo(page, request.withdraw);
    await page.keyboard.press('Enter');
    await tabTo(page, request.dialog.getByRole('button', { name: '撤回申請' }), 4);
    await page.keyboard.press('Enter');
    await expect(request.outcome).toBeFocused();
  });

  test('the first stop leads past the head', async ({ page, portal, person, home, frame }) => {
    await signIn(page, portal, person);
    await home.open();
    await expect(frame.skip).not.toBeInViewport();
    await page.keyboard.press('Tab');
    await expect(frame.skip).toBeFocused();
    await expect(frame.skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(frame.main).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(home.tiles.getByRole('link').first()).toBeFocused();
  });

  test('the warning is answered', async ({ page, portal, person, home, frame }) => {
    await page.clock.install();
    await signIn(page, portal, person);
    await home.open();
    await tabTo(page, home.tiles.getByRole('link').first());
    const clock = await StoppedClock.stop(page);
    await clock.sleepUntil(90);
    await expect(frame.extend).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(frame.warning).toBeHidden();
    await expect(home.tiles.getByRole('link').first()).toBeFocused();
    await clock.shows(30 * 60);
  });

  test('the form is put right where it is wrong', async ({ page, login, guard }) => {
    guard.expect(failedRequest('/api/v1/session'));
    await page.goto('/login');
    await tabTo(page, login.submit);
    await page.keyboard.press('Enter');
    await expect(login.username).toBeFocused();
    await expect(login.username).toHaveAccessibleDescription('請輸入帳號');
  });

  for (const path of ['/login', '/about', '/environment', '/support', '/api/docs/session']) {
    test(`every page can be walked through, forth and back: ${path}`, async ({ page, frame }) => {
      await page.goto(path);
      const links = page.locator('a[href]:visible, button:visible, input:visible');
      await expect(frame.heading).toBeVisible();
      await tabTo(page, links.last(), 150);
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    });
  }
});
