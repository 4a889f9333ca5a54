// The manual's chapter 1: 申請公務帳號步驟 7-2, 我的E政府公務帳號申請書 and who decides on it.
import { expect, test, type Page, type TestInfo } from '@playwright/test';

import { CivilServantPages } from '../pages/civil-servant.ts';
import { look } from '../support/look.ts';
import { plain, theOnlyPage } from '../support/pdf.ts';
import { MEMBERS, type Person } from '../support/sites.ts';
import type { Agency } from './civil-servant-account.ts';

export const SIGNED = { name: 'signed.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n1 0 obj\n%%EOF\n') };

/** 【注意事項】 1 to 5, by what matters in each. */
const NOTES = [
  '會員帳號',
  '您所服務的機關如果沒有OID，可選擇上層機關的OID',
  '其他足以證明公務人員身分的文件',
  '傳真至客服中心：(02)2192-7186，或寄至 egov@service.gov.tw',
  '1 個工作天內審核完畢',
];

/** What stands on the form to print, as the page and its two prints have it. */
export interface Filled {
  readonly number: string;
  readonly code: string;
}

/** 申請公務帳號步驟 7-2: every field, note and button of the form. */
export async function expectForm(pages: CivilServantPages, applicant: Person, agency: Agency): Promise<Filled> {
  const { page, main } = pages;
  return test.step('申請公務帳號步驟 7-2: 我的E政府公務帳號申請書', async () => {
    await expect(pages.heading).toHaveText('我的E政府公務帳號申請書');
    await expect(main).toContainText('傳真至客服中心：(02)2192-7186，或 E-mail 至 egov@service.gov.tw');
    await expect(main).toContainText('之後將會進行人工審核，完成後會寄發通知信到您的電子信箱');
    const cell = (name: string) => main.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) }).getByRole('cell');
    await expect(cell('會員帳號')).toHaveText(applicant.username);
    await expect(cell('申請日期')).toHaveText(/^民國 ?1\d\d ?年 ?\d{1,2} ?月 ?\d{1,2} ?日$/);
    await expect(cell('姓名')).toHaveText(applicant.name);
    await expect(cell('新機關名稱')).toHaveText(agency.name);
    await expect(cell('新機關OID')).toHaveText(agency.oid);
    await expect(cell('申請項目')).toHaveText(/^(自然人轉公務員|公務人員轉換機關)$/);
    await expect(cell('申請原因')).toHaveText('公務人員');
    for (const text of ['服務證件影本（正面）', '服務證件影本（反面）', '本人簽名', '【注意事項】']) await expect(main).toContainText(text);
    const notes = main.getByRole('article').getByRole('listitem');
    await expect(notes).toHaveCount(NOTES.length);
    for (const [at, note] of NOTES.entries()) await expect(notes.nth(at)).toContainText(note);
    for (const column of ['收件', '承辦', '處理完畢時間', '備註']) await expect(main.getByRole('columnheader', { name: column })).toBeVisible();
    await look(page, 'a7-2-form');
    return { number: await cell('編號').innerText(), code: await cell('案件查詢碼').innerText() };
  });
}

/** 列印, and what comes out of it: the page's print view and the PDF, opened by a reader that is not ours. */
export async function print(pages: CivilServantPages, agency: Agency, filled: Filled, scripts: boolean, info: TestInfo): Promise<void> {
  const { page } = pages;
  await test.step('申請公務帳號步驟 7-2: 列印', async () => {
    const button = pages.main.getByRole('button', { name: '列印' });
    if (scripts) {
      await page.evaluate(() => (window.print = () => document.body.setAttribute('data-printed', 'yes')));
      await button.click();
      await expect(page.locator('body')).toHaveAttribute('data-printed', 'yes');
    } else await expect(button).toBeHidden();
    const download = await page.request.get('/application/form.pdf');
    expect(download.headers()['content-type']).toBe('application/pdf');
    const prints = {
      'what the browser prints': await theOnlyPage(await page.pdf({ preferCSSPageSize: true }), 'print', info),
      'the PDF': await theOnlyPage(await download.body(), 'form', info),
    };
    for (const [what, text] of Object.entries(prints)) {
      for (const wanted of ['我的E政府公務帳號申請書', filled.number, filled.code, agency.name, agency.oid, '本人簽名', '處理完畢時間', ...NOTES]) {
        expect(text, `${what} has ${wanted}`).toContain(plain(wanted));
      }
      for (const navigation of ['會員資料管理', '會員登出', '下載PDF', '上傳申請書', '取消申請']) expect(text, what).not.toContain(navigation);
    }
  });
}

/** 取消申請 asks first; and the signed form goes up instead of by fax. */
export async function upload(pages: CivilServantPages): Promise<void> {
  const { page, main } = pages;
  await test.step('申請公務帳號步驟 7-2: 取消申請 asks first', async () => {
    await main.getByRole('link', { name: '取消申請' }).click();
    await expect(main).toContainText('確定要取消這件申請嗎？');
    await look(page, 'a7-2-withdraw');
    await main.getByRole('link', { name: '不取消' }).click();
  });
  await test.step('申請公務帳號步驟 7-2: the signed form is sent', async () => {
    await pages.expectState('待送申請書');
    await expect(main).toContainText('須由人工審核');
    await look(page, 'a7-2-upload');
    await pages.file.setInputFiles(SIGNED);
    await main.getByRole('button', { name: '送出' }).click();
    await pages.expectState('已收到申請書');
    await expect(main).toContainText('1 個工作天');
    await look(page, 'a7-2-received');
  });
}

/** 人工審核: somebody of the service centre opens the case by the code on the form, and approves it. */
export async function approve(reviewer: Page, site: string, applicant: Person, { code, number }: Filled, finding: string): Promise<void> {
  await test.step('申請公務帳號步驟 7-2: 人工審核', async () => {
    const pages = new CivilServantPages(reviewer, site);
    await pages.signIn(MEMBERS.staff);
    await reviewer.getByRole('link', { name: '服務人員' }).click();
    await expect(pages.heading).toHaveText('公務帳號審核');
    await look(reviewer, 'staff-queue');
    await reviewer.getByLabel('編號或案件查詢碼').fill(code);
    await reviewer.getByRole('button', { name: '開啟' }).click();
    await expect(pages.heading).toContainText(number);
    for (const text of [applicant.name, finding, '****']) await expect(pages.main).toContainText(text);
    await reviewer.getByRole('button', { name: '開始審核' }).click();
    await expect(pages.main.getByRole('heading', { name: '人工審核中' })).toBeVisible();
    await look(reviewer, 'staff-case');
    await reviewer.getByRole('button', { name: '核可', exact: true }).click();
    await expect(pages.main.getByRole('heading', { name: '已核可' })).toBeVisible();
  });
}
