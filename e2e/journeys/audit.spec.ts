import { readFile } from 'node:fs/promises';

import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { expect, signIn, test } from '../support/test.ts';

test.describe('稽核紀錄', () => {
  test('an auditor finds what was done, reads what is known of it, and takes it away', async ({ page, portal, frame }) => {
    const auditor = await portal.newPerson('稽核測試', { role: 'auditor' });
    await signIn(page, portal, auditor);
    await page.goto('/manage');
    await page.getByRole('link', { name: /^稽核紀錄/ }).click();
    await expect(frame.heading).toHaveText('稽核紀錄');
    const rows = page.getByRole('table').locator('tbody').getByRole('row');
    await expect(rows.first()).toContainText('登入');

    await page.getByRole('textbox', { name: '人員' }).fill(auditor.username);
    await page.getByRole('combobox', { name: '類別' }).selectOption({ label: '登入與登出' });
    await page.getByRole('button', { name: '查詢' }).click();
    await expect(page).toHaveURL(/\/manage\/audit\?group=sign_in&person=/);
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('稽核測試');
    await expect(rows).toContainText('127.0.0.1');
    await page.getByRole('combobox', { name: '事件' }).selectOption({ label: '登入' });
    await page.getByRole('button', { name: '查詢' }).click();
    await expect(page).toHaveURL(/\/manage\/audit\?group=sign_in&action=signed_in&person=/);
    await expect(rows).toHaveCount(1);
    await rows.getByText('詳細資料').click();
    await expect(rows).toContainText('『EMIC』註冊帳號');
    await expect(rows).toContainText(/第 \d+ 鏈第 \d+ 筆/);
    await expectAccessibleInBothColours(page, '稽核紀錄');
    await expectNoSidewaysScrolling(page, '稽核紀錄');

    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: '匯出 CSV' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(/^audit-\d{8}T\d{6}Z\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toMatch(/^\uFEFFid,at,action,/);
    expect(text.trim().split('\r\n')).toHaveLength(2);
    await page.getByRole('checkbox', { name: 'CSV 供 Excel 開啟' }).uncheck();
    const plain = page.waitForEvent('download');
    await page.getByRole('link', { name: '匯出 CSV' }).click();
    expect(await readFile(await (await plain).path(), 'utf8')).toMatch(/^id,at,action,/);

    await page.getByRole('link', { name: '清除條件' }).click();
    await expect(page.getByRole('textbox', { name: '人員' })).toHaveValue('');
    await expect(rows.filter({ hasText: '匯出稽核紀錄' }).first()).toBeVisible();
  });

  test('a period that ends before it begins is named at its field', async ({ page, portal }) => {
    await signIn(page, portal, await portal.newPerson('稽核測試', { role: 'auditor' }));
    await page.goto('/manage/audit');
    await page.getByLabel('起始日期').fill('2026-11-23');
    await page.getByLabel('結束日期').fill('2026-11-22');
    await page.getByRole('button', { name: '查詢' }).click();
    await expect(page.getByLabel('結束日期')).toBeFocused();
    await expect(page.getByLabel('結束日期')).toHaveAccessibleDescription(/2026-11-23/);
    await expect(page).toHaveURL(/\/manage\/audit$/);
  });

  test('nobody without a post sees the page', async ({ page, portal, person }) => {
    await signIn(page, portal, person);
    await page.goto('/manage/audit');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('這個頁面需要職務');
  });
});
