import type { Page } from '@playwright/test';

import { RequestForm } from '../pages/access.ts';
import { ReviewPage } from '../pages/review.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { MailServer } from '../support/mail.ts';
import { DEMO, type House } from '../support/sites.ts';
import { expect, failedRequest, signIn, test as base } from '../support/test.ts';

/** On a portal of its own, with the applications that it starts. */
const test = base.extend<object, { house: House; mail: MailServer }>({
  mail: [
    async ({ sites }, use) => {
      const mail = await MailServer.start(await sites.newFolder());
      await use(mail);
      await mail.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  house: [
    async ({ sites, mail }, use) => use(await sites.house({ samples: { SAMPLE_SMTP_URL: mail.url } })),
    { scope: 'worker', timeout: 60_000 },
  ],
  portal: async ({ house }, use) => use(house.portal),
});

/** The tile of an application, on the portal's home page. */
function tile(page: Page, name: string) {
  return page.getByRole('main').getByRole('listitem').getByRole('link', { name });
}

/** Whether somebody is signed in at an application: its home page says who, or it leads to the portal's login page. */
async function expectSignedIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await expect(page).toHaveURL(`${url}/`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
}

async function expectSignedOut(page: Page, url: string, portal: string): Promise<void> {
  await expect(async () => {
    await page.goto(url);
    await expect(page).toHaveURL(new RegExp(`^${portal}/login`), { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
}

test.beforeEach(({ guard }) => {
  guard.expect(failedRequest('/api/v1/session'));
});

test('one click on a tile and one is in; in a second application without a prompt; signed out of the portal, one is out of both', async ({
  page,
  house,
  home,
  frame,
}) => {
  const { portal, response, messages } = house;
  await signIn(page, portal, DEMO.administrator);
  await page.goto(portal.url);
  await home.expectShown();
  await expect(async () => {
    await page.reload();
    await expect(tile(page, 'EMIC 應變服務')).toContainText('運作正常', { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await tile(page, 'EMIC 應變服務').click();
  await expect(page).toHaveURL(`${response.url}/`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('李志豪');
  await expect(page.getByRole('main')).toContainText('內政部消防署');
  await expect(page.getByRole('main')).toContainText('viewer');
  await page.goto(portal.url);
  await tile(page, '訊息服務發送平台').click();
  await expect(page).toHaveURL(`${messages.url}/`);
  await expect(page.getByRole('main')).toContainText('sender');
  await page.goto(portal.url);
  await frame.signOut.click();
  await page.getByRole('link', { name: '查看各應用系統的登出情形' }).click();
  const row = page.getByRole('row', { name: /EMIC 應變服務/ });
  await expect(row).toContainText('已確認登出', { timeout: 15_000 });
  await expect(row).toContainText('EMIC response service');
  await expect(page.getByRole('row', { name: /訊息服務發送平台/ })).toContainText('已確認登出', { timeout: 15_000 });
  await expectAccessibleInBothColours(page, 'signed out');
  await expectSignedOut(page, response.url, portal.url);
  await expectSignedOut(page, messages.url, portal.url);
});

test('signing out in an application signs out of the portal too', async ({ page, house }) => {
  const { portal, response, messages } = house;
  await signIn(page, portal, DEMO.administrator);
  await expectSignedIn(page, response.url, '李志豪');
  await expectSignedIn(page, messages.url, '李志豪');
  await page.goto(response.url);
  await page.getByRole('button', { name: '登出' }).or(page.getByRole('link', { name: '登出' })).click();
  await expect(page).toHaveURL(`${response.url}/signed-out`);
  await expectSignedOut(page, messages.url, portal.url);
  await page.goto(portal.url);
  await expect(page).toHaveURL(/\/login/);
});

test('axe finds nothing wrong with the question whether to sign out, and with the page of a fault', async ({ page, house, guard }) => {
  const { portal } = house;
  guard.expect(failedRequest('/oidc/authorize'));
  await signIn(page, portal, DEMO.administrator);
  await page.goto(`${portal.url}/oidc/end-session?client_id=emic`);
  await expect(page).toHaveURL(/\/sign-out\?logout=/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('是否登出？');
  await expect(page.getByRole('main')).toContainText('“EMIC response service”');
  await expectNoSidewaysScrolling(page, 'the question whether to sign out');
  await expectAccessibleInBothColours(page, 'the question whether to sign out');
  await page.goto(`${portal.url}/oidc/authorize?client_id=nobody`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('這個應用系統沒有介接');
  await expectNoSidewaysScrolling(page, 'the page of a fault');
  await expectAccessibleInBothColours(page, 'the page of a fault');
});

test('a session that runs out in the portal is over in its applications', async ({ page, sites }) => {
  const house = await sites.house({ portal: { EMIC_SESSION_IDLE: '8s', EMIC_SESSION_ABSOLUTE: '10s' } });
  await signIn(page, house.portal, DEMO.administrator);
  await expectSignedIn(page, house.response.url, '李志豪');
  await expectSignedOut(page, house.response.url, house.portal.url);
});

test('who has no permission asks for it, and lands where they wanted to go when it is given', async ({ page, house, another, login, guard }) => {
  const { portal, response } = house;
  guard.expect(failedRequest('/api/v1/'));
  const person = await portal.newPerson();
  const deep = `${response.url}/reports/${REPORT}`;
  await page.goto(deep);
  await expect(page).toHaveURL(new RegExp(`^${portal.url}/login`));
  await login.signIn(person);
  await expect(page).toHaveURL(`${portal.url}/applications?wanted=emic`);
  await expect(page.getByRole('status').filter({ hasText: 'EMIC 應變服務' })).toBeVisible();
  await expectNoSidewaysScrolling(page, 'applications');
  await page.getByRole('status').getByRole('link', { name: '申請權限' }).click();
  const form = new RequestForm(page);
  await form.fill('災情檢視');
  await form.next.click();
  await form.send.click();
  await expect(page).toHaveURL(/\/access\/[0-9a-f-]{36}/);

  const manager = await (await another()).newPage();
  await signIn(manager, portal, DEMO.manager);
  const review = new ReviewPage(manager);
  await review.choose(person.name);
  await review.approve.click();
  await expect(review.outcome('已核准')).toBeVisible();

  await page.goto(portal.url);
  await tile(page, 'EMIC 應變服務').click();
  await expect(page).toHaveURL(deep);
});

test('a permission that is taken back ends the application at once', async ({ page, house, another }) => {
  const { portal, messages } = house;
  const context = await another();
  await signIn(context, portal, DEMO.responder);
  const responder = await context.newPage();
  await expectSignedIn(responder, messages.url, '陳大文');
  await signIn(page, portal, DEMO.administrator);
  await page.goto(portal.url);
  await page.evaluate(async () => {
    const grants = (await (await fetch('/api/v1/grants?view=overseen&state=living&application=messages')).json()) as { items: { id: string; role: { code: string }; state: string }[] };
    const grant = grants.items.find((one) => one.role.code === 'receipts' && one.state === 'active');
    const answer = await fetch(`/api/v1/grants/${grant?.id}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: '已調離值勤勤務。' }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  });
  await expect(async () => {
    await responder.goto(messages.url);
    await expect(responder).toHaveURL(`${portal.url}/applications?wanted=messages`, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
});

test('a message is sent, the mail comes, and its receipt is counted', async ({ page, house, mail, another }) => {
  const { portal, messages } = house;
  await signIn(page, portal, DEMO.administrator);
  await page.goto(`${messages.url}/messages/new`);
  await page.getByLabel('主旨').fill('海葵颱風一級開設通知');
  await page.getByLabel('內容').fill('請各編組人員於 18:00 前完成進駐。');
  await page.getByLabel('搜尋其他機關').fill('彰化縣政府');
  await page.getByRole('button', { name: '搜尋', exact: true }).click();
  await page.getByRole('radio', { name: /彰化縣政府/ }).check();
  await page.getByRole('checkbox', { name: '包含所屬機關' }).check();
  await page.getByRole('button', { name: '預覽收件人' }).last().click();
  await expect(page.getByRole('table', { name: '收件人' })).toContainText('張美惠');
  await page.getByRole('button', { name: '發送訊息' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('海葵颱風一級開設通知');

  const letter = await mail.letter('meihui@example.com', '18:00 前完成進駐');
  expect(letter.type).toBe('multipart/alternative');
  const link = /https?:\/\/\S+\/receipts\/[\w-]+/.exec(letter.text)?.[0] ?? '';
  const recipient = await (await another()).newPage();
  await recipient.goto(link);
  await expect(recipient.getByRole('main')).toContainText('張美惠');
  await recipient.getByRole('button', { name: '確認簽收' }).click();
  await expect(recipient.getByRole('status')).toContainText('簽收');

  await page.reload();
  await expect(page.getByRole('list').filter({ hasText: '已簽收' }).first()).toContainText(/已簽收\s*1/);
  await expect(page.getByRole('row', { name: /張美惠/ })).toContainText('已簽收');
});

/** One of the made-up reports. */
const REPORT = '1150009';
