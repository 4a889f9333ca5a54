import { RequestPage, RequestsPage, ask, day } from '../pages/access.ts';
import { ReviewPage } from '../pages/review.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { expect, failedRequest, pageOf, signIn, test } from '../support/test.ts';

/** An agency of which nobody else is manager, so that the tests do not meet in one list. */
let number = 0;
function ownAgency(): string {
  number += 1;
  return `2.16.886.101.90010.20002.20040.${Date.now() % 1_000_000_000}.${process.pid}.${number}`;
}

test.describe('審核', () => {
  test('a rejection says why, and the one who asked reads it', async ({ page, portal, another, home }) => {
    const applicant = await portal.newPerson('申請測試庚');
    const chief = await portal.newPerson('單位主管庚', { role: 'agency_manager' });
    await signIn(page, portal, applicant);
    await ask(page, '災情檢視');
    const chiefs = await pageOf(await another(), portal, chief);
    const review = new ReviewPage(chiefs);
    await review.choose(applicant.name);
    await review.reject.click();
    await expect(review.opinion).toBeFocused();
    await expect(review.opinion).toHaveAccessibleDescription(/這個欄位必須填寫/);
    await review.opinion.fill('名冊中沒有您，請洽應變中心造冊。');
    await review.reject.click();
    await expect(review.outcome('已決定不核准')).toBeVisible();
    await expect(review.reject).toHaveCount(0);

    const requests = new RequestsPage(page);
    await requests.open();
    await expect(requests.rows).toContainText('不核准');
    await requests.rows.getByRole('link', { name: 'EMIC 應變服務' }).click();
    const request = new RequestPage(page);
    await expect(request.history).toHaveCount(2);
    await expect(request.history.last()).toContainText('不核准');
    await expect(request.history.last()).toContainText(chief.name);
    await expect(request.history.last()).toContainText('名冊中沒有您，請洽應變中心造冊。');
    await page.goto('/access/grants');
    await expect(page.getByRole('main')).not.toContainText('災情檢視');
    await home.open();
    await expect(home.tiles.filter({ hasText: 'EMIC 應變服務' })).toContainText('可先申請權限');
  });

  test('several are decided at once, each with its result', async ({ page, portal, another }) => {
    const chief = await portal.newPerson('單位主管乙', { role: 'agency_manager' });
    const [one, other] = [await portal.newPerson('申請測試乙一'), await portal.newPerson('申請測試乙二')];
    for (const person of [one, other]) await ask(await pageOf(await another(), portal, person), '災情檢視');
    await signIn(page, portal, chief);
    await page.goto('/review');
    for (const person of [one, other]) await page.getByRole('checkbox', { name: person.name }).check();
    await expect(page.getByRole('group', { name: '一次審核多件' })).toContainText('已選取 2 件');
    await page.getByRole('button', { name: '退回所選補正' }).click();
    const returning = page.getByRole('dialog', { name: '退回這 2 件申請補正？' });
    await returning.getByRole('button', { name: '確定' }).click();
    await expect(returning.getByLabel('審核意見')).toBeFocused();
    await returning.getByRole('button', { name: '取消' }).click();
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

    await page.goto('/review/requests');
    await page.getByRole('combobox', { name: '狀態' }).selectOption({ label: '不核准' });
    await page.getByRole('button', { name: '查詢' }).click();
    await expect(page).toHaveURL(/\/review\/requests\?state=rejected$/);
    await expect(page.getByRole('row').filter({ hasText: one.name })).toContainText('不核准');
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
