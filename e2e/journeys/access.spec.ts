import type { Page, Request } from '@playwright/test';

import { REASON, RequestForm, RequestPage, RequestsPage, day } from '../pages/access.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const REQUESTS = '**/api/v1/permission-requests';

/** The ids of the requests that a page sends from now on. */
function sentIds(page: Page): string[] {
  const ids: string[] = [];
  page.on('request', (request: Request) => {
    if (request.method() === 'POST' && request.url().endsWith('/permission-requests')) {
      ids.push((request.postDataJSON() as { id: string }).id);
    }
  });
  return ids;
}

test.describe('應用系統權限申請', () => {
  test.beforeEach(async ({ page, portal, person }) => {
    await signIn(page, portal, person);
  });

  test('leads from the tile over the review to the list, and back out of it', async ({ page, home, frame, person }) => {
    const [form, request, requests] = [new RequestForm(page), new RequestPage(page), new RequestsPage(page)];
    await home.open();
    const tile = home.tiles.filter({ hasText: 'EMIC 應變服務' });
    await expect(tile).toContainText('可先申請權限');
    await tile.getByRole('link').click();
    await expect(page).toHaveURL('/access/new?application=emic');
    await expect(frame.heading).toBeFocused();
    await expect(form.application).toHaveValue('emic');
    await expect(form.agency).toHaveValue('彰化縣消防局');
    await expect(form.startsOn).toHaveValue(day(0));

    await form.fill();
    await form.next.click();
    await expect(form.review.getByRole('heading')).toBeFocused();
    for (const text of ['EMIC 應變服務', '災情查通報', '彰化縣消防局', REASON]) await expect(form.review).toContainText(text);
    await form.edit.click();
    await expect(form.reason).toHaveValue(REASON);
    await expect(form.application).toBeFocused();
    await form.next.click();
    await form.send.click();

    await expect(request.sent).toBeVisible();
    await expect(page).toHaveURL(/\/access\/[0-9a-f-]{36}\?sent=1$/);
    await expect(request.history).toHaveCount(1);
    await expect(request.history).toContainText('送出申請');
    await expect(request.history).toContainText(person.name);
    await page.goBack();
    await home.expectShown();

    await frame.tabs.getByRole('link', { name: '應用系統權限申請' }).click();
    await expect(requests.rows).toHaveCount(1);
    await expect(requests.rows).toContainText('審核中');
    await requests.rows.getByRole('link', { name: 'EMIC 應變服務' }).click();
    await expect(frame.tabs.getByRole('link', { name: '應用系統權限申請' })).toHaveAttribute('aria-current', 'true');

    await request.withdraw.click();
    await expect(request.dialog).toHaveAccessibleDescription(/撤回後不再審核/);
    // A second Enter, meant for the page, takes nothing back.
    await expect(request.dialog.getByRole('heading')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(request.dialog).toBeVisible();
    await request.dialog.getByRole('button', { name: '取消' }).click();
    await expect(request.withdraw).toBeFocused();
    await request.withdraw.click();
    await request.dialog.getByRole('button', { name: '撤回申請' }).click();
    await expect(request.outcome).toBeFocused();
    await expect(request.history).toHaveCount(2);
    await expect(request.withdraw).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'EMIC 應變服務' })).toContainText('已撤回');
    await expect(request.again).toHaveAttribute('href', '/access/new?application=emic');

    await page.getByRole('link', { name: '回申請清單' }).click();
    await requests.filter.getByRole('link', { name: '審核中' }).click();
    await expect(frame.main).toContainText('沒有這個狀態的申請');
    await requests.filter.getByRole('link', { name: '已撤回' }).click();
    await expect(page).toHaveURL('/access?state=withdrawn');
    await expect(requests.rows).toHaveCount(1);
  });

  test('says that there is nothing yet, and leads to the form', async ({ page, frame }) => {
    const requests = new RequestsPage(page);
    await requests.open();
    await expect(frame.main).toContainText('沒有申請紀錄');
    await requests.add.click();
    await expect(page).toHaveURL('/access/new');
    await expect(new RequestForm(page).roles).toContainText('請先選擇應用系統。');
  });

  test('shows every broken rule at its field, and leads to the first', async ({ page }) => {
    const form = new RequestForm(page);
    await form.open();
    await form.agency.fill('');
    await form.startsOn.fill('');
    await form.next.click();
    await expect(form.alert).toContainText('請修正下列欄位');
    await expect(form.application).toBeFocused();
    await expect(form.application).toHaveAccessibleDescription(/請選擇應用系統/);
    await expect(form.roles).toHaveAccessibleDescription('請至少勾選一個角色');
    await expect(form.agency).toHaveAccessibleDescription(/請從清單中選擇機關/);
    for (const field of [form.reason, form.startsOn, form.endsOn]) {
      await expect(field).toHaveAccessibleDescription(/這個欄位必須填寫/);
      await expect(field).toHaveAttribute('aria-invalid', 'true');
    }
  });

  test('names the days that a role allows', async ({ page }) => {
    const form = new RequestForm(page);
    await form.open('emic');
    await form.role('應變中心作業').check();
    await form.reason.fill('太短了');
    await form.startsOn.fill(day(3));
    await form.endsOn.fill(day(2));
    await form.next.click();
    await expect(form.reason).toBeFocused();
    await expect(form.reason).toHaveAccessibleDescription(/字數不足，至少 10 個字/);
    await expect(form.endsOn).toHaveAccessibleDescription(new RegExp(`不能早於 ${day(3)}`));
    await form.reason.fill(REASON);
    await expect(form.reason).not.toHaveAttribute('aria-invalid');
    await form.endsOn.fill(day(3 + 180));
    await form.next.click();
    await expect(form.endsOn).toBeFocused();
    await expect(form.endsOn).toHaveAccessibleDescription(new RegExp(`不能晚於 ${day(3 + 179)}`));
    await form.endsOn.fill(day(3 + 179));
    await form.next.click();
    await expect(form.review).toBeVisible();
  });

  test('the agencies on offer are in view, also where the field is at the bottom of the window', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    const form = new RequestForm(page);
    await form.open('emic');
    await form.agency.evaluate((input) => input.scrollIntoView({ block: 'end' }));
    await form.agency.fill('彰化');
    await expect(page.getByRole('listbox')).toBeInViewport({ ratio: 0.95 });
  });

  test('a rule that only the server knows leads back to its field', async ({ page, portal, guard }) => {
    guard.expect(failedRequest('/api/v1/permission-requests'));
    const form = new RequestForm(page);
    await form.open('emic');
    await form.fill();
    await form.next.click();
    // The same role, asked for meanwhile in another tab.
    const data = {
      id: '019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47'.replace('3f8f5e1c2a47', Date.now().toString(16).padStart(12, '0')),
      application: 'emic',
      roles: ['reporter'],
      agency: '2.16.886.101.90010.20002.20040',
      reason: REASON,
      starts_on: day(0),
      ends_on: day(1),
    };
    const other = await page.request.post(`${portal.url}/api/v1/permission-requests`, { data });
    expect(other.status()).toBe(201);
    await form.send.click();
    await expect(form.roles).toHaveAccessibleDescription('「災情查通報」已有一件申請正在處理中');
    await expect(form.reason).toHaveValue(REASON);
  });

  test('a lost network keeps the form, and sending again makes one request', async ({ page, guard }) => {
    guard.expect(failedRequest('/api/v1/permission-requests'));
    const [form, request, requests] = [new RequestForm(page), new RequestPage(page), new RequestsPage(page)];
    const ids = sentIds(page);
    await form.open('emic');
    await form.fill();
    await form.next.click();
    // The request arrives, the answer does not.
    await page.route(REQUESTS, async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await form.send.click();
    await expect(form.alert).toContainText('連不上伺服器');
    await expect(form.alert).toContainText('重複送出只會算一件');
    await expect(form.review).toContainText(REASON);
    await page.unroute(REQUESTS);
    await form.send.click();
    await expect(request.sent).toBeVisible();
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
    await requests.open();
    await expect(requests.rows).toHaveCount(1);
  });

  test('what was changed after a lost answer is not sent unseen', async ({ page, guard }) => {
    guard.expect(failedRequest('/api/v1/permission-requests'));
    const form = new RequestForm(page);
    await form.open('emic');
    await form.fill();
    await form.next.click();
    await page.route(REQUESTS, async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await form.send.click();
    await expect(form.alert).toBeVisible();
    await page.unroute(REQUESTS);
    await form.edit.click();
    await form.reason.fill(`${REASON}補充說明。`);
    await form.next.click();
    await form.send.click();
    await expect(form.alert).toContainText('這件申請先前已經送出');
    await form.alert.getByRole('link', { name: '查看已送出的申請' }).click();
    await expect(page.getByRole('region', { name: 'EMIC 應變服務' })).toContainText(REASON);
    await expect(page.getByRole('region', { name: 'EMIC 應變服務' })).not.toContainText('補充說明');
  });

  test('what was typed is there again after a reload, for its person alone, until it is sent or discarded', async ({
    page,
    portal,
  }) => {
    const form = new RequestForm(page);
    await form.open('emic');
    await expect(form.restored).toHaveCount(0);
    await form.role('災情檢視').check();
    await form.reason.fill(REASON);
    await form.endsOn.fill(day(9));
    await page.reload();
    await expect(form.restored).toBeVisible();
    await expect(form.role('災情檢視')).toBeChecked();
    await expect(form.reason).toHaveValue(REASON);
    await expect(form.endsOn).toHaveValue(day(9));
    // Each application has a draft of its own.
    await form.open('messages');
    await expect(form.application).toHaveValue('messages');
    await expect(form.restored).toHaveCount(0);
    await expect(form.reason).toHaveValue('');
    await form.open('emic');
    await expect(form.reason).toHaveValue(REASON);
    // Whoever chooses another one in the form takes the texts along, also through a reload.
    await form.application.selectOption('messages');
    await expect(page).toHaveURL('/access/new?application=messages');
    await expect(form.reason).toHaveValue(REASON);
    await page.reload();
    await expect(form.restored).toBeVisible();
    await expect(form.application).toHaveValue('messages');
    await expect(form.reason).toHaveValue(REASON);
    await form.open('emic');
    await expect(form.restored).toHaveCount(0);
    await expect(form.reason).toHaveValue('');
    await form.open('messages');
    await form.restored.getByRole('button', { name: '捨棄還原的內容' }).click();
    await expect(form.reason).toHaveValue('');
    await page.reload();
    await expect(form.next).toBeVisible();
    await expect(form.restored).toHaveCount(0);

    await form.reason.fill(REASON);
    await signIn(page, portal, await portal.newPerson('林美玉'));
    await form.open('messages');
    await expect(form.restored).toHaveCount(0);
    await expect(form.reason).toHaveValue('');
  });

  test('a request that was sent leaves no draft', async ({ page }) => {
    const form = new RequestForm(page);
    await form.open('emic');
    await form.fill('災情檢視');
    await form.next.click();
    await form.send.click();
    await expect(new RequestPage(page).sent).toBeVisible();
    await form.open('emic');
    await expect(form.restored).toHaveCount(0);
    await expect(form.role('災情檢視')).toBeDisabled();
    await expect(form.roles.getByRole('link', { name: '申請處理中' })).toBeVisible();
  });

  test('a request that was decided meanwhile is shown as it is', async ({ page, guard }) => {
    guard.expect(failedRequest('/withdraw'));
    const [form, request] = [new RequestForm(page), new RequestPage(page)];
    await form.open('emic');
    await form.fill();
    await form.next.click();
    await form.send.click();
    await expect(request.sent).toBeVisible();
    // The page has read the request before somebody else decides it.
    await expect(request.withdraw).toBeVisible();
    const path = new URL(page.url()).pathname.replace('/access/', '/api/v1/permission-requests/');
    await page.request.post(`${new URL(page.url()).origin}${path}/withdraw`, { data: {} });
    await request.withdraw.click();
    await request.dialog.getByRole('button', { name: '撤回申請' }).click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText('資料已經變更');
    await expect(request.history).toHaveCount(2);
    await expect(request.withdraw).toHaveCount(0);
    await expect(request.sent).toHaveCount(0);
  });

  test('somebody else’s request answers as one that does not exist', async ({ page, portal, another, guard }) => {
    guard.expect(failedRequest('/api/v1/permission-requests/'));
    const form = new RequestForm(page);
    await form.open('emic');
    await form.fill();
    await form.next.click();
    await form.send.click();
    await expect(new RequestPage(page).sent).toBeVisible();
    const address = new URL(page.url()).pathname;
    const stranger = await another();
    await signIn(stranger, portal, await portal.newPerson('林美玉'));
    const there = await stranger.newPage();
    await there.goto(address);
    await expect(there.getByRole('main').getByRole('alert')).toContainText('找不到這件申請');
  });

  for (const id of ['abc', '019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47']) {
    test(`an address that names no request leads back to the list: ${id}`, async ({ page, guard, frame }) => {
      guard.expect(failedRequest('/api/v1/permission-requests/'));
      await page.goto(`/access/${id}`);
      await expect(frame.main.getByRole('alert')).toContainText('找不到這件申請');
      await expect(frame.main.getByRole('button')).toHaveCount(0);
      await frame.main.getByRole('link', { name: '回申請清單' }).click();
      await expect(page).toHaveURL('/access');
    });
  }
});

test('a request that was returned says what is asked for, and what to do', async ({ page, portal }) => {
  await signIn(page, portal, { name: '陳大文', username: 'dawen', password: 'night-shift-2026' });
  await page.goto('/access?state=returned');
  await new RequestsPage(page).rows.getByRole('link', { name: '訊息服務發送平台' }).click();
  const request = new RequestPage(page);
  await expect(request.correct).toContainText('請補充預定發送的對象與時段。');
  await expect(request.correct).toContainText('請依說明補正後再送出');
  await expect(request.correct.getByRole('link', { name: '補正這件申請' })).toHaveAttribute('href', /\/correct$/);
  await expect(request.withdraw).toBeVisible();
});

test('the login page leads back to a request’s own address', async ({ page, login, person }) => {
  await page.goto('/access/new?application=emic');
  await expect(page).toHaveURL('/login?return_to=%2Faccess%2Fnew%3Fapplication%3Demic');
  await login.signIn(person);
  await expect(page).toHaveURL('/access/new?application=emic');
  await expect(new RequestForm(page).application).toHaveValue('emic');
});

test.describe('應用系統', () => {
  test('says what each is for, who owns it, and which roles one has until when', async ({ page, portal, frame }) => {
    await signIn(page, portal, { name: '陳大文', username: 'dawen', password: 'night-shift-2026' });
    await page.goto('/applications');
    const one = page.getByRole('article', { name: 'EMIC 應變服務' });
    await expect(one).toContainText('內政部消防署');
    await expect(one).toContainText('02-8195-9119');
    await expect(one.getByRole('listitem').filter({ hasText: '災情查通報' })).toContainText('已有權限，至');
    await expect(one.getByRole('listitem').filter({ hasText: '應變中心作業' })).toContainText('風險高');
    const messages = page.getByRole('article', { name: '訊息服務發送平台' });
    await expect(messages.getByRole('link', { name: '待補正' })).toBeVisible();
    const egov = page.getByRole('article', { name: '我的E政府' });
    await expect(egov.getByRole('link', { name: '啟動 我的E政府' })).toHaveAttribute('href', '/launch/myegov');
    await expect(egov).toContainText('不需要另外申請權限');
    await expect(one).toContainText('系統尚未開放');
    await one.getByRole('link', { name: '申請其他權限：EMIC 應變服務' }).click();
    await expect(page).toHaveURL('/access/new?application=emic');
    await expect(frame.heading).toHaveText('申請權限');
  });
});
