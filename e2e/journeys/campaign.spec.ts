import type { BrowserContext, Page } from '@playwright/test';

import { REASON, day } from '../pages/access.ts';
import { CampaignPages } from '../pages/campaigns.ts';
import { ReviewPage } from '../pages/review.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { DEMO, type Person, type Portal } from '../support/sites.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const FIRE = '2.16.886.101.90010.20002.20040';

/** Somebody's page, in a browser of their own. */
async function pageOf(context: BrowserContext, portal: Portal, person: Person): Promise<Page> {
  await signIn(context, portal, person);
  const page = await context.newPage();
  await page.goto('/');
  return page;
}

/** Calls the API as the page that is open does. */
async function call(page: Page, path: string, body: unknown): Promise<void> {
  const answer = await page.evaluate(
    async ([path, body]) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetch(path as string, init);
      return { status: answer.status, text: await answer.text() };
    },
    [path, body] as const,
  );
  expect(answer.status, answer.text).toBeLessThan(300);
}

/** An id of a request, as browsers choose it. */
function newId(): string {
  const random = crypto.randomUUID();
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** Gives somebody these roles of EMIC until 30 days from now. */
async function grant(applicant: Page, decider: Page, roles: string[]): Promise<void> {
  const id = newId();
  const request = { id, application: 'emic', roles, agency: FIRE, reason: REASON, starts_on: day(0), ends_on: day(30) };
  await call(applicant, '/api/v1/permission-requests', request);
  await call(decider, `/api/v1/permission-requests/${id}/approve`, {});
}

test.describe('權限清查', () => {
  test('opened for an agency, one permission is kept, one taken back, extended and cancelled', async ({
    page,
    portal,
    another,
  }) => {
    test.slow();
    const holder = await portal.newPerson('清查測試甲');
    const chief = await portal.newPerson('清查主管甲', { role: 'agency_manager' });
    const holders = await pageOf(await another(), portal, holder);
    const chiefs = await pageOf(await another(), portal, chief);
    await grant(holders, chiefs, ['reporter', 'viewer']);

    await signIn(page, portal, DEMO.administrator);
    const administrator = new CampaignPages(page);
    const name = `權限清查 ${Date.now()}`;
    await page.goto('/manage/campaigns/new');
    await administrator.openIt.click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText('名稱');
    await expectAccessibleInBothColours(page, 'the form with its faults');
    const address = await administrator.open(name, day(7));
    await expect(administrator.facts).toContainText('進行中');
    await expect(administrator.progress).toContainText('彰化縣消防局');
    const before = await administrator.drawn('待清查');
    expect(before).toBeGreaterThanOrEqual(2);
    await expect(administrator.progress.getByRole('row', { name: '合計' })).toContainText(String(before));

    // From 審核, where managers are anyway.
    const campaign = new CampaignPages(chiefs);
    await chiefs.goto('/review');
    await new ReviewPage(chiefs).views.getByRole('link', { name: '權限清查' }).click();
    await campaign.list.getByRole('link', { name }).click();
    await campaign.of(holder.name);
    await expect(campaign.items).toHaveCount(2);
    await campaign.item('災情查通報').getByRole('button', { name: /^保留/ }).click();
    await campaign.dialog.getByRole('button', { name: '保留', exact: true }).click();
    await expect(campaign.outcome.filter({ hasText: '處理結果' })).toContainText('保留');
    await expect(campaign.item('災情查通報')).toContainText('保留');

    await campaign.item('災情檢視').getByRole('checkbox').check();
    await chiefs.getByRole('button', { name: '撤銷所選' }).click();
    const revoke = campaign.dialog.getByRole('button', { name: '撤銷', exact: true });
    await revoke.click();
    await expect(campaign.dialog.getByRole('textbox')).toHaveAttribute('aria-invalid', 'true');
    await expectAccessibleInBothColours(chiefs, 'the question with its fault');
    await campaign.dialog.getByRole('textbox').fill('已調離應變中心。');
    await revoke.click();
    await expect(campaign.outcome.filter({ hasText: '處理結果' })).toContainText('撤銷');
    await expect(campaign.item('災情檢視')).toContainText('已調離應變中心。');
    await expect(campaign.item('災情檢視').getByRole('button')).toHaveCount(0);
    await expect.poll(() => campaign.drawn('撤銷')).toBeGreaterThanOrEqual(1);
    await expectAccessibleInBothColours(chiefs, 'a campaign');

    await holders.goto('/access/grants');
    await expect(holders.getByRole('row').filter({ hasText: '災情檢視' })).toContainText('已撤銷');
    await expect(holders.getByRole('row').filter({ hasText: '災情查通報' })).toContainText('使用中');

    await page.reload();
    await administrator.facts.getByRole('button', { name: '延長期限' }).click();
    await administrator.dialog.getByLabel('新期限').fill(day(14));
    await administrator.dialog.getByLabel('原因').fill('颱風應變期間，延長一週。');
    await administrator.dialog.getByRole('button', { name: '延長期限' }).click();
    await expect(administrator.facts).toContainText('颱風應變期間，延長一週。');
    await administrator.facts.getByRole('button', { name: '取消清查' }).click();
    await administrator.dialog.getByLabel('原因').fill('測試完畢。');
    await administrator.dialog.getByRole('button', { name: '取消清查' }).click();
    await expect(administrator.facts).toContainText('已取消');
    await expect(administrator.facts.getByRole('button')).toHaveCount(0);
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of [address, '/manage/campaigns', '/manage/campaigns/new']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectNoSidewaysScrolling(page, path);
    }
  });

  test('a foreign manager sees nothing of it', async ({ page, portal, another, guard }) => {
    const holder = await portal.newPerson('清查測試乙');
    const chief = await portal.newPerson('清查主管乙', { role: 'agency_manager' });
    const foreign = await portal.newPerson('外機關主管', { role: 'agency_manager', agency: '2.16.886.101.20003.20001.20003' });
    const holders = await pageOf(await another(), portal, holder);
    const chiefs = await pageOf(await another(), portal, chief);
    await grant(holders, chiefs, ['reporter']);
    await signIn(page, portal, DEMO.administrator);
    const address = await new CampaignPages(page).open(`權限清查 ${Date.now()}`, day(7));
    const strangers = await pageOf(await another(), portal, foreign);
    guard.expect(failedRequest('/api/v1/campaigns'));
    await strangers.goto(address);
    await expect(strangers.getByRole('main')).toContainText('找不到這次清查');
    await strangers.goto('/manage/campaigns');
    await expect(strangers.getByRole('main')).toContainText('沒有權限清查');
    await expect(new CampaignPages(strangers).add).toHaveCount(0);
  });

  test('what is typed into the form is there after a reload', async ({ page, portal }) => {
    await signIn(page, portal, DEMO.administrator);
    const campaign = new CampaignPages(page);
    await page.goto('/manage/campaigns/new');
    await campaign.name.fill('尚未開立的清查');
    await page.reload();
    await expect(campaign.name).toHaveValue('尚未開立的清查');
    await campaign.name.fill('');
  });
});

test.describe('統計', () => {
  test('draws the weeks and has them as tables, also on a telephone', async ({ page, portal }) => {
    await signIn(page, portal, DEMO.manager);
    await page.goto('/manage');
    await page.getByRole('main').getByRole('link', { name: '統計' }).click();
    await expect(page.getByRole('img')).toHaveCount(3);
    await expect(page.getByRole('img', { name: /^每週申請件數：共 \d+ 件/ })).toBeVisible();
    for (const summary of await page.getByText('以表格檢視').all()) await summary.click();
    await expect(page.getByRole('table', { name: '每週申請件數' }).locator('tbody').getByRole('row')).toHaveCount(26);
    await expect(page.getByRole('table', { name: '即將到期的權限' }).locator('tbody').getByRole('row')).toHaveCount(12);
    await expectAccessibleInBothColours(page, 'the charts');
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSidewaysScrolling(page, 'the charts');
  });
});
