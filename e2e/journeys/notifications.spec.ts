import type { BrowserContext, Page } from '@playwright/test';

import { RequestForm, RequestPage } from '../pages/access.ts';
import { Bell } from '../pages/bell.ts';
import { LoginPage } from '../pages/login.ts';
import { ReviewPage } from '../pages/review.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { MailServer, type Letter } from '../support/mail.ts';
import type { Person, Portal } from '../support/sites.ts';
import { expect, signIn, test as base } from '../support/test.ts';

const EVENTS = '**/api/v1/notifications/events';

interface Mailed {
  portal: Portal;
  mail: MailServer;
}

/** With a portal that sends its mail by a server which is not ours. */
const test = base.extend<{ mail: MailServer }, { mailed: Mailed }>({
  mailed: [
    async ({ sites }, use) => {
      const mail = await MailServer.start(await sites.newFolder());
      const portal = await sites.portal({ EMIC_SMTP_URL: mail.url, EMIC_MAIL_FROM: 'EMIC <emic@example.com>' });
      await use({ portal, mail });
      await mail.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  portal: async ({ mailed }, use) => use(mailed.portal),
  mail: async ({ mailed }, use) => use(mailed.mail),
});

/** Somebody's page, in a browser of their own, and the stream that it has opened. */
async function pageOf(context: BrowserContext, portal: Portal, person: Person): Promise<Page> {
  await signIn(context, portal, person);
  const page = await context.newPage();
  const stream = page.waitForRequest(EVENTS);
  await page.goto('/');
  await stream;
  return page;
}

/** Asks for a role by the form. */
async function ask(page: Page, role: string): Promise<string> {
  const form = new RequestForm(page);
  await form.open('emic');
  await form.fill(role);
  await form.next.click();
  await form.send.click();
  await expect(new RequestPage(page).sent).toBeVisible();
  return page.url().replace('?sent=1', '');
}

/** The address of a page of the portal in a mail. */
function pageIn(letter: Letter, portal: Portal): string {
  const link = letter.text.split(/\s/).find((word) => word.startsWith(`${portal.url}/`));
  if (!link) throw new Error(`no link in: ${letter.text}`);
  return link;
}

test.describe('通知', () => {
  test('a decider sees the bell rise; the applicant gets a mail and follows its link over signing in', async ({
    page,
    portal,
    mail,
    another,
  }) => {
    test.slow();
    const email = (username: string): string => `${username}@example.com`;
    const applicant = await portal.newPerson('申請測試乙', { email });
    const chief = await portal.newPerson('單位主管乙', { role: 'agency_manager' });
    const chiefs = await pageOf(await another(), portal, chief);
    const bell = new Bell(chiefs);
    await bell.expectUnread(0);
    await bell.open();
    await expect(bell.panel).toContainText('目前沒有通知');
    await chiefs.keyboard.press('Escape');
    await expect(bell.panel).toBeHidden();
    await expect(bell.button).toBeFocused();

    await signIn(page, portal, applicant);
    const address = await ask(page, '災情查通報');
    // Nothing is done in the other browser.
    await bell.expectUnread(1);
    await expect(bell.said).toHaveText('您有新的通知，共 1 則未讀。');
    await expect(bell.button).toBeFocused();

    await bell.open();
    await expect(bell.items).toHaveCount(1);
    await expect(bell.items).toContainText('有權限申請等待您審核');
    await expect(bell.items).toContainText('未讀');
    await expectAccessibleInBothColours(chiefs, 'the open bell');
    await bell.items.getByRole('link').click();
    await expect(chiefs).toHaveURL(address.replace('/access/', '/review/'));
    await bell.expectUnread(0);
    const review = new ReviewPage(chiefs);
    await review.opinion.fill('請見內部班表第三頁。');
    await review.approve.click();
    await expect(review.outcome('已核准')).toBeVisible();

    const letter = await mail.letter(email(applicant.username), '已核准');
    expect(letter.text, 'what others wrote stays in the portal').not.toContain('班表');
    const link = pageIn(letter, portal);
    expect(link).toBe(address);
    const elsewhere = await (await another()).newPage();
    await elsewhere.goto(link);
    await new LoginPage(elsewhere).signIn(applicant);
    await expect(elsewhere).toHaveURL(address);
    await expect(elsewhere.getByRole('main')).toContainText('已核准');
    await new Bell(elsewhere).expectUnread(1);
  });

  test('all are marked as read, also in another page, and more are shown', async ({ page, portal, another }) => {
    test.slow();
    const applicant = await portal.newPerson('申請測試丙');
    const chief = await portal.newPerson('單位主管丙', { role: 'agency_manager' });
    await signIn(page, portal, applicant);
    const address = await ask(page, '災情查通報');
    const id = address.split('/').at(-1);
    await page.evaluate(async (id) => {
      for (let number = 0; number < 11; number++) {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"comment":"補充說明"}' };
        const answer = await fetch(`/api/v1/permission-requests/${id}/comments`, init);
        if (!answer.ok) throw new Error(await answer.text());
      }
    }, id);
    const theirs = await another();
    const here = await pageOf(theirs, portal, chief);
    const there = await theirs.newPage();
    await there.goto('/sessions');
    const [bell, other] = [new Bell(here), new Bell(there)];
    await bell.expectUnread(12);
    await other.expectUnread(12);
    await bell.open();
    await expect(bell.items).toHaveCount(10);
    await bell.more.click();
    await expect(bell.items).toHaveCount(12);
    await expect(bell.more).toHaveCount(0);
    await expect(bell.items.nth(10).getByRole('link')).toBeFocused();
    await bell.markAll.click();
    await bell.expectUnread(0);
    await expect(bell.panel).not.toContainText('未讀');
    await other.expectUnread(0);
    // Who leaves it by the keyboard finds it closed.
    await bell.settings.focus();
    await here.keyboard.press('Tab');
    await expect(bell.panel).toBeHidden();
  });

  test('fits on a narrow screen', async ({ page, portal, person }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await signIn(page, portal, person);
    await page.goto('/');
    const bell = new Bell(page);
    await bell.open();
    await expectNoSidewaysScrolling(page, 'the open bell at 360');
    const box = await bell.panel.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    await page.getByRole('banner').getByRole('timer').click();
    await expect(bell.panel).toBeHidden();
  });

  test('one chooses how to be told, and it stays so', async ({ page, portal, person }) => {
    await signIn(page, portal, person);
    await page.goto('/');
    const bell = new Bell(page);
    await bell.open();
    await bell.settings.click();
    await expect(page).toHaveURL(/\/profile#notification-settings$/);
    const settings = page.getByRole('region', { name: '通知設定' });
    await expect(settings).toContainText('您還沒有已確認的電子信箱');
    const choice = settings.getByRole('checkbox', { name: '權限到期 電子郵件' });
    await expect(choice).toBeChecked();
    await choice.uncheck();
    await expect(settings.getByRole('status')).toHaveText('已儲存通知設定。');
    await settings.getByLabel('信件語言').selectOption('English');
    await expect(settings.getByRole('status')).toHaveText('已儲存通知設定。');
    await page.reload();
    await expect(choice).not.toBeChecked();
    await expect(settings.getByRole('checkbox', { name: '權限到期 站內通知' })).toBeChecked();
    await expect(settings.getByLabel('信件語言')).toHaveValue('en');
    await expectAccessibleInBothColours(page, 'the settings of notifications');
  });

  test('an open stream does not prolong the session', async ({ page, hasty, guard }) => {
    const person = await hasty.newPerson();
    await signIn(page, hasty, person);
    const session = async (): Promise<{ expires_at?: string; code?: string }> =>
      (await page.request.get(`${hasty.url}/api/v1/session`)).json();
    const stream = page.waitForResponse((response) => response.url().endsWith('/notifications/events'));
    await page.goto(`${hasty.url}/sessions`);
    expect((await stream).status()).toBe(200);
    await expect(page.getByRole('table')).toBeVisible();
    const deadline = (await session()).expires_at;
    expect(deadline).toBeDefined();
    await expect
      .poll(
        async () => {
          const now = await session();
          if (now.expires_at) expect(now.expires_at).toBe(deadline);
          return now.code;
        },
        { intervals: [200], timeout: 20_000 },
      )
      .toBe('session_idle');
    await expect(page).toHaveURL(/\/login\?reason=idle/);
    guard.check();
  });
});
