import { AgenciesPage } from '../pages/agencies.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const FIRE_BUREAU = '2.16.886.101.90010.20002.20040';

test.describe('機關查詢', () => {
  test.beforeEach(async ({ page, portal, person }) => {
    // The second time it changes nothing.
    await portal.importAgencies();
    await signIn(page, portal, person);
  });

  test('finds an agency by a part of its name, with the keyboard alone, and shows it', async ({ page }) => {
    const agencies = new AgenciesPage(page);
    await agencies.open();
    await agencies.query.focus();
    await page.keyboard.type('彰化 消防局');
    const link = agencies.found.getByRole('link', { name: '彰化縣消防局', exact: true });
    await expect(link).toBeVisible();
    await expect(page).toHaveURL(/query=/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(agencies.found.getByRole('link').first()).toBeFocused();
    await link.press('Enter');
    const details = agencies.details('彰化縣消防局');
    await expect(details).toContainText(FIRE_BUREAU);
    await expect(details).toContainText('376472000C');
    await expect(details.getByRole('heading')).toBeFocused();
    await page.goBack();
    await expect(agencies.query).toHaveValue('彰化 消防局');
    await expect(link).toBeVisible();
  });

  test('finds by OID, by code, and in whatever width and way to write 台', async ({ page }) => {
    const agencies = new AgenciesPage(page);
    await agencies.open();
    for (const [query, name] of [
      [FIRE_BUREAU, '彰化縣消防局'],
      ['３７６４７２０００ｃ', '彰化縣消防局'],
      ['台灣文獻', '國史館臺灣文獻館'],
    ] as const) {
      await agencies.query.fill(query);
      await expect(agencies.found.getByRole('link', { name, exact: true })).toBeVisible();
    }
    await agencies.query.fill('沒有這個機關');
    await expect(agencies.found.getByRole('status').filter({ hasText: '沒有符合的機關' })).toBeVisible();
  });

  test('the tree leads from the top to an agency and back', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const agencies = new AgenciesPage(page);
    await agencies.open();
    await agencies.below.getByRole('link', { name: '彰化縣', exact: true }).click();
    await agencies.below.getByRole('link', { name: '彰化縣政府', exact: true }).click();
    const listed = agencies.below.getByRole('status').filter({ hasText: '已列出' });
    await expect(listed).toHaveText('已列出 50 筆');
    await agencies.below.getByRole('button', { name: '顯示更多' }).press('Enter');
    await expect(agencies.below.getByRole('link')).toHaveCount(53);
    await expect(listed).toHaveText('已列出 53 筆');
    await expect(agencies.below.getByRole('link').nth(50)).toBeFocused();
    await agencies.below.getByRole('link', { name: '彰化縣消防局', exact: true }).click();
    const details = agencies.details('彰化縣消防局');
    await expect(details).toBeVisible();
    await details.getByRole('button', { name: '複製 OID' }).click();
    await expect(details.getByRole('button', { name: '已複製' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(FIRE_BUREAU);
    await agencies.way.getByRole('link', { name: '彰化縣政府', exact: true }).click();
    await expect(agencies.details('彰化縣政府')).toBeVisible();
    await agencies.way.getByRole('link', { name: '最上層機關' }).click();
    await expect(agencies.below.getByRole('link', { name: '行政院', exact: true })).toBeVisible();
  });

  test('an agency that does not exist is said so', async ({ page, guard }) => {
    guard.expect(failedRequest('/api/v1/agencies/'));
    const main = page.getByRole('main');
    // The second is not even an OID.
    for (const oid of ['2.16.886.101.9', '9.9.9']) {
      await page.goto(`/agencies?oid=${oid}`);
      await expect(main.getByRole('alert')).toContainText('找不到這個機關');
      await main.getByRole('alert').getByRole('link').click();
      await expect(page).toHaveURL('/agencies');
    }
  });

  test('fits a telephone, and axe finds nothing wrong', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    const agencies = new AgenciesPage(page);
    await agencies.open();
    for (const address of ['/agencies', '/agencies?query=消防', `/agencies?oid=${FIRE_BUREAU}`]) {
      await page.goto(address);
      await expect(page.locator('.agencies a, .agency').first()).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectNoSidewaysScrolling(page, address);
      await expectAccessibleInBothColours(page, address);
    }
  });
});
