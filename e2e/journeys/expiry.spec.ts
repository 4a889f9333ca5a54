import type { Page } from '@playwright/test';

import type { Portal } from '../support/sites.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

/** The session as the server tells it; none when it is over, with the reason's code. */
async function ask(page: Page, portal: Portal): Promise<{ expiresAt: number } | { code: string }> {
  const answer = await page.request.get(`${portal.url}/api/v1/session`);
  const body = (await answer.json()) as { expires_at: string; code: string };
  return answer.ok() ? { expiresAt: Date.parse(body.expires_at) } : { code: body.code };
}

/** How long a page may take to notice, in milliseconds: a loaded machine is slow, the server is not. */
const SLOWNESS = 4_000;

test.describe('A session of eight seconds', () => {
  test.beforeEach(({ guard }) => {
    guard.expect(failedRequest('/api/v1/session'));
  });

  test('ends when the server said, on the server and on the page, which says why', async ({ page, hasty, frame, login }) => {
    const person = await hasty.newPerson();
    await signIn(page, hasty, person);
    await page.goto(`${hasty.url}/sessions`);
    await expect(page.getByRole('table')).toBeVisible();
    const before = await ask(page, hasty);
    expect(before).toHaveProperty('expiresAt');
    const deadline = 'expiresAt' in before ? before.expiresAt : 0;
    await frame.expectSignedOut();
    const left = Date.now();
    expect(left).toBeGreaterThanOrEqual(deadline);
    expect(left).toBeLessThan(deadline + SLOWNESS);
    await expect(page).toHaveURL(`${hasty.url}/login?reason=idle&return_to=%2Fsessions`);
    await expect(login.alert).toContainText('閒置過久，已自動登出');
    await expect(frame.main).toContainText('登入後會回到您剛才的頁面。');
    expect(await ask(page, hasty)).toEqual({ code: 'session_idle' });
    // The way back.
    await login.signIn(person);
    await expect(page).toHaveURL(`${hasty.url}/sessions`);
    await frame.expectSignedInAs(person.name);
  });

  test('is not prolonged by asking for it', async ({ page, hasty }) => {
    await signIn(page, hasty, await hasty.newPerson());
    const first = await ask(page, hasty);
    const deadline = 'expiresAt' in first ? first.expiresAt : 0;
    let lastAlive = 0;
    await expect
      .poll(
        async () => {
          const now = Date.now();
          const session = await ask(page, hasty);
          if ('expiresAt' in session) {
            lastAlive = now;
            expect(session.expiresAt).toBe(deadline);
          }
          return session;
        },
        { intervals: [100], timeout: 20_000 },
      )
      .toEqual({ code: 'session_idle' });
    expect(lastAlive).toBeLessThan(deadline);
    expect(lastAlive).toBeGreaterThan(deadline - 1_500);
    expect(Date.now()).toBeGreaterThanOrEqual(deadline);
  });

  test('ends after the absolute limit whatever is done, and the page says so', async ({ page, hasty, frame, login }) => {
    await signIn(page, hasty, await hasty.newPerson());
    await page.goto(hasty.url);
    await expect(frame.clock).toBeVisible();
    await expect
      .poll(async () => (await page.request.post(`${hasty.url}/api/v1/session/extend`, { data: {} })).status(), {
        intervals: [500],
        timeout: 30_000,
      })
      .toBe(401);
    expect(await ask(page, hasty)).toEqual({ code: 'session_too_old' });
    await expect(login.alert).toContainText('登入時間已達上限');
    await expect(page).toHaveURL(`${hasty.url}/login?reason=too_old`);
  });

  test('that ran out while the machine slept is over at once when it wakes', async ({ page, context, hasty, frame, login }) => {
    await signIn(page, hasty, await hasty.newPerson());
    await page.goto(`${hasty.url}/sessions`);
    await expect(page.getByRole('table')).toBeVisible();
    // Held in the middle of whatever runs next, the page neither counts nor hears; a frozen one still hears that its stream ends.
    const machine = await context.newCDPSession(page);
    await machine.send('Debugger.enable');
    const asleep = new Promise((resolve) => machine.once('Debugger.paused', resolve));
    await machine.send('Debugger.pause');
    await asleep;
    await expect.poll(() => ask(page, hasty), { intervals: [250], timeout: 20_000 }).toEqual({ code: 'session_idle' });
    await machine.send('Debugger.resume');
    await frame.expectSignedOut();
    await expect(login.alert).toContainText('閒置過久，已自動登出');
  });

  test('ends in all tabs, and signing in again in one opens the others', async ({ page, context, hasty, frame, login }) => {
    const person = await hasty.newPerson();
    await signIn(page, hasty, person);
    await page.goto(`${hasty.url}/sessions`);
    const second = await context.newPage();
    await second.goto(hasty.url);
    await expect(second.getByRole('banner').getByRole('timer')).toBeVisible();
    await expect(login.alert).toContainText('閒置過久');
    await expect(second).toHaveURL(`${hasty.url}/login?reason=idle`);
    await login.signIn(person);
    await expect(page).toHaveURL(`${hasty.url}/sessions`);
    await frame.expectSignedInAs(person.name);
    await expect(second).toHaveURL(`${hasty.url}/`);
    await expect(second.getByRole('banner').getByRole('timer')).toBeVisible();
  });

  test('that ended while no page was open is explained by the next one', async ({ page, hasty, login }) => {
    await signIn(page, hasty, await hasty.newPerson());
    await expect.poll(() => ask(page, hasty), { intervals: [250], timeout: 20_000 }).toEqual({ code: 'session_idle' });
    await page.goto(`${hasty.url}/sessions`);
    await expect(page).toHaveURL(`${hasty.url}/login?reason=idle&return_to=%2Fsessions`);
    await expect(login.alert).toContainText('閒置過久，已自動登出');
  });
});
