import type { Locator, Page } from '@playwright/test';

import { RequestForm, RequestPage, ask, day } from '../pages/access.ts';
import { Frame } from '../pages/frame.ts';
import { ReviewPage } from '../pages/review.ts';
import { DEMO, type House } from '../support/sites.ts';
import { expect, failedRequest, pageOf, signIn, test as base } from '../support/test.ts';

const CENTRAL = '2.16.886.101.20003.20001.20003';

/** On a portal of its own, with the applications that it starts. */
const test = base.extend<{ house: House }>({
  house: async ({ sites }, use) => use(await sites.house()),
  portal: async ({ house }, use) => use(house.portal),
});

/** Makes somebody the owner of EMIC 應變服務; both have a page of the portal open. */
async function giveToOwner(administrators: Page, owners: Page): Promise<void> {
  const me = (await (await owners.request.get('/api/v1/session')).json()) as { person: { id: string } };
  const post = { role: 'application_owner', application: 'emic' };
  const given = await administrators.request.post(`/api/v1/persons/${me.person.id}/posts`, { data: post });
  expect(given.ok(), await given.text()).toBe(true);
}

/** Takes back what a row of 使用中的權限 shows; without a reason it stays. */
async function revoke(row: Locator, reason: string): Promise<void> {
  await row.getByRole('button', { name: /^撤銷 .+ 的「.+」$/ }).click();
  const dialog = row.page().getByRole('dialog', { name: '撤銷這項權限？' });
  const confirm = dialog.getByRole('button', { name: '撤銷', exact: true });
  await confirm.click();
  await expect(dialog.getByRole('textbox')).toHaveAccessibleDescription(/這個欄位必須填寫/);
  await dialog.getByRole('textbox').fill(reason);
  await confirm.click();
  await expect(dialog).toBeHidden();
}

test('a permission, from the first question to the end: asked, answered, corrected, agreed to, approved, started, renewed and taken back', async ({
  page,
  house,
  another,
  home,
  guard,
}) => {
  test.slow();
  guard.expect(failedRequest('/api/v1/session'));
  const { portal, response } = house;
  const applicant = await portal.newPerson('申請測試甲');
  const chief = await portal.newPerson('單位主管甲', { role: 'agency_manager' });
  const owner = await portal.newPerson('系統承辦甲', { agency: CENTRAL });
  const chiefs = await pageOf(await another(), portal, chief);
  const owners = await pageOf(await another(), portal, owner);
  await giveToOwner(await pageOf(await another(), portal, DEMO.administrator), owners);
  const [review, second] = [new ReviewPage(chiefs), new ReviewPage(owners)];
  const tile = home.tiles.filter({ hasText: 'EMIC 應變服務' });
  await signIn(page, portal, applicant);

  // Asked for.
  await ask(page, '應變中心作業');
  const request = new RequestPage(page);
  await expect(page.getByRole('main')).toContainText('彰化縣消防局的單位管理者');
  const address = page.url().replace('?sent=1', '');

  // Asked back, and answered.
  await chiefs.goto('/');
  await new Frame(chiefs).tabs.getByRole('link', { name: '審核' }).click();
  await review.rows.getByRole('link', { name: applicant.name }).click();
  await expect(chiefs.getByRole('region', { name: '申請的角色' })).toContainText('需系統承辦人複審');
  await expect(chiefs.getByRole('region', { name: '申請人目前的權限' })).toContainText('目前沒有任何權限');
  await review.opinion.fill('請問輪值哪一班？');
  await review.comment.click();
  await expect(review.outcome('已留言')).toBeFocused();
  await expect(review.history).toHaveCount(2);
  await expect(review.opinion).toHaveValue('');
  await page.goto(address);
  await page.getByLabel('補充說明或回覆').fill('夜班，週一至週五。');
  await page.getByRole('button', { name: '僅留言' }).click();
  await expect(request.history).toHaveCount(3);

  // Sent back, and corrected.
  await review.choose(applicant.name);
  await expect(review.history).toContainText(['', '', '夜班，週一至週五。']);
  await review.opinion.fill('請縮短為兩週。');
  await review.sendBack.click();
  await expect(review.outcome('已退回補正')).toBeVisible();
  await expect(review.approve).toHaveCount(0);
  await page.goto(address);
  await expect(request.correct).toContainText('請縮短為兩週。');
  await request.correct.getByRole('link', { name: '補正這件申請' }).click();
  const form = new RequestForm(page);
  await expect(form.application).toBeDisabled();
  await expect(form.role('應變中心作業')).toBeChecked();
  await form.endsOn.fill(day(14));
  await form.next.click();
  await form.send.click();
  await expect(request.sent).toBeVisible();
  await expect(request.history).toHaveCount(5);

  // Agreed to, and not given yet; then approved.
  await review.choose(applicant.name);
  await review.endorse.click();
  await expect(review.outcome('已同意')).toBeVisible();
  await expect(review.endorse).toHaveCount(0);
  await home.open();
  await expect(tile).not.toContainText('啟動');
  await second.choose(applicant.name);
  await second.opinion.fill('同意。');
  await second.approve.click();
  await expect(second.outcome('已核准')).toBeVisible();

  // Its tile starts the application.
  await home.open();
  await tile.getByRole('link').click();
  await expect(page).toHaveURL(`${response.url}/`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(applicant.name);
  await expect(page.getByRole('main')).toContainText('centre');

  // Renewed in two clicks, and that is decided on as the first one was.
  await page.goto('/access/grants');
  const own = page.getByRole('row').filter({ hasText: '應變中心作業' });
  await expect(own).toContainText('使用中');
  await own.getByRole('button', { name: /續期/ }).click();
  await page.getByRole('dialog', { name: '申請續期' }).getByRole('button', { name: '送出續期申請' }).click();
  await expect(page.getByRole('status').filter({ hasText: '續期申請已送出' })).toBeFocused();
  await page.getByRole('link', { name: '查看這件申請' }).click();
  await expect(page.getByRole('main')).toContainText('審核中');
  await review.choose(applicant.name);
  await review.endorse.click();
  await expect(review.outcome('已同意')).toBeVisible();
  await second.choose(applicant.name);
  await second.approve.click();
  await expect(second.outcome('已核准')).toBeVisible();
  await page.goto('/access/grants');
  await expect(own).toHaveCount(2);
  await expect(own.filter({ hasText: '使用中' })).toHaveCount(1);
  await expect(own.filter({ hasText: '尚未生效' })).toHaveCount(1);
  await expect(own.getByRole('button', { name: /續期/ })).toHaveCount(1);

  // Taken back: over in the application at once, and the tile starts it no more.
  await chiefs.goto('/review/grants');
  const held = chiefs.getByRole('row').filter({ hasText: applicant.name });
  await revoke(held.filter({ hasText: '使用中' }), '已調離應變中心。');
  await expect(chiefs.getByRole('status').filter({ hasText: '權限已撤銷。' })).toBeFocused();
  // The renewal that was approved goes with it.
  await expect(held).toHaveCount(0);
  await chiefs.getByRole('searchbox', { name: '擁有者' }).fill(applicant.username);
  await chiefs.getByRole('combobox', { name: '狀態' }).selectOption({ label: '已結束' });
  await chiefs.getByRole('button', { name: '查詢' }).click();
  await expect(chiefs).toHaveURL(/\/review\/grants\?person=.*&state=ended$/);
  await expect(held.filter({ hasText: '已撤銷' })).toHaveCount(2);
  await expect(held.first()).toContainText('已調離應變中心。');
  await expect(async () => {
    await page.goto(response.url);
    await expect(page).toHaveURL(`${portal.url}/applications?wanted=emic`, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await home.open();
  await expect(tile).toContainText('您尚無權限');
  await expect(tile.getByRole('link')).toHaveAttribute('href', '/access/new?application=emic');
  await page.goto('/access/grants');
  await expect(own.filter({ hasText: '已撤銷' })).toHaveCount(2);
  await expect(page.getByRole('main')).toContainText('已調離應變中心。');
});
