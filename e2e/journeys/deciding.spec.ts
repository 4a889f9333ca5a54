import type { BrowserContext, Page } from '@playwright/test';

import { RequestForm, RequestPage, day } from '../pages/access.ts';
import { Frame } from '../pages/frame.ts';
import { ReviewPage } from '../pages/review.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { DEMO, type Person, type Portal } from '../support/sites.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const CENTRAL = '2.16.886.101.20003.20001.20003';

/** An agency of which nobody else is manager, so that the tests do not meet in one list. */
let number = 0;
function ownAgency(): string {
  number += 1;
  return `2.16.886.101.90010.20002.20040.${Date.now() % 1_000_000_000}.${process.pid}.${number}`;
}

/** Somebody's page, in a browser of their own. */
async function pageOf(context: BrowserContext, portal: Portal, person: Person): Promise<Page> {
  await signIn(context, portal, person);
  return context.newPage();
}

/** Calls the API as the page that is open does. */
async function call(page: Page, path: string, body: unknown): Promise<{ status: number; json: unknown }> {
  return page.evaluate(
    async ([path, body]) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetch(path as string, init);
      return { status: answer.status, json: await answer.json() };
    },
    [path, body] as const,
  );
}

/** Asks for a role by the form. */
async function ask(page: Page, role: string): Promise<void> {
  const form = new RequestForm(page);
  await form.open('emic');
  await form.fill(role);
  await form.next.click();
  await form.send.click();
  await expect(new RequestPage(page).sent).toBeVisible();
}

test.describe('審核', () => {
  test('asked, answered, sent back, corrected, agreed to by the manager, approved by the owner, renewed and taken back', async ({
    page,
    portal,
    another,
  }) => {
    test.slow();
    const applicant = await portal.newPerson('申請測試甲');
    const chief = await portal.newPerson('單位主管甲', { role: 'agency_manager' });
    const owner = await portal.newPerson('系統承辦甲', { agency: CENTRAL });
    const administrators = await pageOf(await another(), portal, DEMO.administrator);
    await administrators.goto('/manage');
    const owners = await pageOf(await another(), portal, owner);
    await owners.goto('/');
    const me = (await owners.evaluate(async () => (await fetch('/api/v1/session')).json())) as { person: { id: string } };
    const given = await call(administrators, `/api/v1/persons/${me.person.id}/posts`, {
      role: 'application_owner',
      application: 'emic',
    });
    expect(given.status, JSON.stringify(given.json)).toBeLessThan(300);

    await signIn(page, portal, applicant);
    await ask(page, '應變中心作業');
    const request = new RequestPage(page);
    await expect(page.getByRole('main')).toContainText('彰化縣消防局的單位管理者');
    const address = page.url().replace('?sent=1', '');

    const chiefs = await pageOf(await another(), portal, chief);
    const review = new ReviewPage(chiefs);
    await chiefs.goto('/');
    await new Frame(chiefs).tabs.getByRole('link', { name: '審核' }).click();
    await review.rows.getByRole('link', { name: applicant.name }).click();
    await expect(chiefs.getByRole('region', { name: '申請的角色' })).toContainText('需系統承辦人複審');
    await expect(chiefs.getByRole('region', { name: '申請人目前的權限' })).toContainText('目前沒有任何權限');

    // To reject one must say why.
    await review.reject.click();
    await expect(review.opinion).toBeFocused();
    await expect(review.opinion).toHaveAccessibleDescription(/這個欄位必須填寫/);
    await review.opinion.fill('請問輪值哪一班？');
    await review.comment.click();
    await expect(review.outcome('已留言')).toBeFocused();
    await expect(review.history).toHaveCount(2);
    await expect(review.opinion).toHaveValue('');

    await page.goto(address);
    await page.getByLabel('補充說明或回覆').fill('夜班，週一至週五。');
    await page.getByRole('button', { name: '僅留言' }).click();
    await expect(request.history).toHaveCount(3);

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

    await review.choose(applicant.name);
    await review.endorse.click();
    await expect(review.outcome('已同意')).toBeVisible();
    await expect(review.endorse).toHaveCount(0);

    const second = new ReviewPage(owners);
    await second.choose(applicant.name);
    await second.opinion.fill('同意。');
    await second.approve.click();
    await expect(second.outcome('已核准')).toBeVisible();

    await page.goto('/access/grants');
    const row = page.getByRole('row').filter({ hasText: '應變中心作業' });
    await expect(row).toContainText('使用中');
    await row.getByRole('button', { name: '續期' }).click();
    await page.getByRole('dialog', { name: '申請續期' }).getByRole('button', { name: '送出續期申請' }).click();
    await expect(page.getByRole('status').filter({ hasText: '續期申請已送出' })).toBeFocused();
    await page.getByRole('link', { name: '查看這件申請' }).click();
    await expect(page.getByRole('main')).toContainText('審核中');

    await chiefs.goto('/review/grants');
    const held = chiefs.getByRole('row').filter({ hasText: applicant.name });
    await held.getByRole('button', { name: '撤銷' }).click();
    const dialog = chiefs.getByRole('dialog', { name: '撤銷這項權限？' });
    await dialog.getByRole('button', { name: '撤銷' }).click();
    await expect(dialog.getByLabel('申請理由')).toHaveAccessibleDescription(/這個欄位必須填寫/);
    await dialog.getByLabel('申請理由').fill('已調離應變中心。');
    await dialog.getByRole('button', { name: '撤銷' }).click();
    await expect(held).toContainText('已撤銷');
    await page.goto('/access/grants');
    await expect(row).toContainText('已調離應變中心。');
  });

  test('several are decided at once, each with its result', async ({ page, portal, another }) => {
    const chief = await portal.newPerson('單位主管乙', { role: 'agency_manager' });
    const [one, other] = [await portal.newPerson('申請測試乙一'), await portal.newPerson('申請測試乙二')];
    for (const person of [one, other]) await ask(await pageOf(await another(), portal, person), '災情檢視');
    await signIn(page, portal, chief);
    await page.goto('/review');
    for (const person of [one, other]) await page.getByRole('checkbox', { name: person.name }).check();
    await expect(page.getByRole('group', { name: '一次審核多件' })).toContainText('已選取 2 件');
    await page.getByRole('button', { name: '不核准所選' }).click();
    const dialog = page.getByRole('dialog', { name: '不核准這 2 件申請？' });
    await dialog.getByRole('button', { name: '確定' }).click();
    await expect(dialog.getByLabel('審核意見')).toHaveAccessibleDescription(/這個欄位必須填寫/);
    await dialog.getByLabel('審核意見').fill('名冊中沒有您。');
    await dialog.getByRole('button', { name: '確定' }).click();
    const results = page.getByRole('status').filter({ hasText: '處理結果' }).getByRole('listitem');
    await expect(results).toHaveCount(2);
    await expect(results.first()).toContainText('不核准');
    await expect(page.getByRole('checkbox', { name: one.name })).toHaveCount(0);
  });

  test('a foreign manager sees nothing of it', async ({ page, portal, another, guard }) => {
    const applicant = await portal.newPerson('申請測試丙');
    const theirs = await pageOf(await another(), portal, applicant);
    await ask(theirs, '災情檢視');
    const id = theirs.url().replace(/.*access\/([0-9a-f-]+).*/, '$1');
    const foreign = await portal.newPerson('外縣主管', { agency: ownAgency(), role: 'agency_manager' });
    await signIn(page, portal, foreign);
    await page.goto('/review');
    await expect(page.getByRole('main')).toContainText('沒有待審核的申請');
    await page.goto('/review/requests');
    await expect(page.getByRole('main')).toContainText('沒有申請');
    guard.expect(failedRequest('/api/v1/permission-requests'));
    await page.goto(`/review/${id}`);
    await expect(page.getByRole('main').getByRole('alert')).toContainText('不在您的職務範圍內');
  });

  test('a stand-in is searched for, named, decides, and stands in no more', async ({ page, portal, another }) => {
    const chief = await portal.newPerson('單位主管己', { role: 'agency_manager' });
    const [applicant, deputy] = [await portal.newPerson('申請測試己'), await portal.newPerson('代理測試己')];
    await ask(await pageOf(await another(), portal, applicant), '災情檢視');
    await signIn(page, portal, chief);
    await page.goto('/review/delegation');
    const button = page.getByRole('button', { name: '指定', exact: true });
    await button.click();
    const search = page.getByRole('searchbox', { name: '代理人姓名或帳號' });
    await expect(search).toHaveAccessibleDescription(/請查詢並選擇人員/);
    await search.fill('nobody-of-this-name');
    await page.getByRole('button', { name: '查詢' }).click();
    await expect(page.getByText('找不到這位人員')).toBeVisible();
    await page.getByLabel('結束日期').fill(day(1));
    await button.click();
    await expect(search).toBeFocused();
    await expect(search).toHaveAttribute('aria-invalid', 'true');
    await search.fill(deputy.username);
    await search.press('Enter');
    const found = page.getByRole('combobox', { name: '代理人' });
    await found.selectOption(await found.getByRole('option').filter({ hasText: deputy.username }).innerText());
    await button.click();
    await expect(page.getByRole('row').filter({ hasText: deputy.name })).toContainText(chief.name);

    const theirs = await pageOf(await another(), portal, deputy);
    await theirs.goto('/access');
    await expect(theirs.getByText('您目前代理他人審核申請')).toBeVisible();
    await theirs.getByRole('main').getByRole('link', { name: '審核', exact: true }).click();
    const review = new ReviewPage(theirs);
    await review.choose(applicant.name);
    await review.approve.click();
    await expect(review.outcome('已核准')).toBeVisible();

    await page.getByRole('button', { name: '結束代理' }).click();
    await expect(page.getByRole('status').filter({ hasText: '代理已結束' })).toBeFocused();
    await expect(page.getByRole('main')).toContainText('沒有代理');
  });

  test('what was typed is still there after a reload', async ({ page, portal, another }) => {
    const applicant = await portal.newPerson('申請測試丁');
    await ask(await pageOf(await another(), portal, applicant), '災情檢視');
    const chief = await portal.newPerson('單位主管丁', { role: 'agency_manager' });
    await signIn(page, portal, chief);
    const review = new ReviewPage(page);
    await review.choose(applicant.name);
    await review.opinion.fill('還在查證名冊');
    await page.reload();
    await expect(review.opinion).toHaveValue('還在查證名冊');
  });

  test('its pages are accessible, and fit on a telephone', async ({ page, portal, another }) => {
    const applicant = await portal.newPerson('申請測試戊');
    // Before the request: it finds its decider when it is sent.
    const chief = await portal.newPerson('單位主管戊', { role: 'agency_manager' });
    await ask(await pageOf(await another(), portal, applicant), '災情檢視');
    await signIn(page, portal, chief);
    await new ReviewPage(page).choose(applicant.name);
    const one = new URL(page.url()).pathname;
    for (const path of ['/review', '/review/requests', '/review/grants', '/review/delegation', one, '/access/grants']) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(path);
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectAccessibleInBothColours(page, path);
      await page.setViewportSize({ width: 360, height: 740 });
      await expectNoSidewaysScrolling(page, path);
    }
  });
});
