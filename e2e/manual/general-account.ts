// The manual's chapter 1 up to 申請一般帳號步驟 7, and what its pages show and say.
import { expect, test, type Locator } from '@playwright/test';

import type { Applicant, MemberPages } from '../pages/member.ts';
import { look } from '../support/look.ts';

/** What is at the top right, as the manual's red arrows have it. */
export async function clickAtTheTopRight(pages: MemberPages, name: string): Promise<void> {
  const link = pages.page.getByRole('banner').getByRole('link', { name });
  const [box, window] = [await link.boundingBox(), pages.page.viewportSize()];
  expect(box?.x, `${name} is at the right`).toBeGreaterThan((window?.width ?? 0) / 2);
  expect(box?.y, `${name} is at the top`).toBeLessThan(100);
  await link.click();
}

/** 我的E政府「公務帳號」說明. */
export async function readTheIntroduction(pages: MemberPages): Promise<void> {
  await test.step('我的E政府「公務帳號」說明', async () => {
    await pages.page.goto('/');
    await look(pages.page, '0-home');
    await pages.page.getByRole('contentinfo').getByRole('link', { name: '會員中心' }).click();
    await expect(pages.main).toContainText('欲申請「公務帳號」，須先申請「一般帳號」。');
    await expect(pages.main).toContainText('若有帳號申請上任何疑問，請電我的E政府客服中心：(02)2192-7111。');
  });
}

/** 申請一般帳號步驟 1 to 7. */
export async function becomeAMember(pages: MemberPages, applicant: Applicant, scripts: boolean): Promise<void> {
  const { page } = pages;
  await test.step('申請一般帳號步驟 1: 加入會員, at the top right', async () => {
    await page.goto('/');
    await clickAtTheTopRight(pages, '加入會員');
    await expect(pages.heading).toHaveText('會員註冊');
  });
  await test.step('申請一般帳號步驟 2: 帳號, 設定密碼, 確認密碼', () => chooseAnAccount(pages, applicant, scripts));
  await test.step('申請一般帳號步驟 3: 中文姓名, 電子信箱, the second choice', () => giveTheBasics(pages, applicant));
  await test.step('申請一般帳號步驟 4: 進階資料提供', () => giveTheDetails(pages, applicant, scripts));
  await test.step('申請一般帳號步驟 5: 忘記密碼救援選項', async () => {
    await expectHint(pages.field('密碼提示問題'), '忘記密碼時，除了點選我們寄到您信箱的連結，還要回答這個問題');
    await expectHint(page.getByLabel('救援手機門號'), '客服中心用來與您聯絡');
    await look(page, '5-recovery');
    await pages.fillRecovery();
  });
  await test.step('申請一般帳號步驟 6: 註冊確認', () => confirm(pages));
  await test.step('申請一般帳號步驟 7: 註冊成功', async () => {
    await expect(pages.heading).toHaveText('一般會員註冊成功');
    await expect(pages.main).toContainText('系統會發送「確認信」到您的電子信箱。');
    // [備註]
    await expect(pages.main).toContainText('系統會在十分鐘內發送至您的電子信箱。');
    await look(page, '7-registered');
  });
}

async function expectHint(field: Locator, hint: string | RegExp): Promise<void> {
  await expect(field).toHaveAccessibleDescription(typeof hint === 'string' ? new RegExp(hint.replaceAll(/[.()]/g, '\\$&')) : hint);
}

/** The complaint leads to each of these fields. */
async function expectFaults(pages: MemberPages, ...fields: string[]): Promise<void> {
  for (const field of fields) await expect(pages.complaint.locator(`a[href="#${field}"]`), `${field} is wrong`).toBeVisible();
}

async function chooseAnAccount(pages: MemberPages, applicant: Applicant, scripts: boolean): Promise<void> {
  const { page } = pages;
  const [account, password, again] = [pages.field('帳號'), pages.field('設定密碼'), pages.field('確認密碼')];
  for (const field of [account, password, again]) await expect(field).toHaveAttribute('required');
  await expectHint(account, '5至15個字元的英文字母、數字，第一個字元必須為英文字母，例如：xiaoqing1234');
  await expectHint(password, '8至15個字元的英文字母、數字、特殊字元，至少須含英文字母及數字，不得與帳號相同；有區分大小寫');
  await look(page, '2-account');
  await pages.next.click();
  await expectFaults(pages, 'account', 'password');
  await look(page, '2-account-wrong');
  if (scripts) {
    await account.fill('dawen1234');
    await expect(page.getByText('這個帳號已有人使用')).toBeVisible();
    await account.fill(applicant.account);
    await expect(page.getByText('這個帳號可以使用')).toBeVisible();
    await password.fill(applicant.password);
    await expect(page.getByText('密碼強度：弱')).toBeVisible();
  }
  await account.fill('1xiaoqing');
  await password.fill(applicant.password);
  await again.fill(applicant.password.toUpperCase());
  await pages.next.click();
  await expectHint(account, '第一個字元必須為英文字母');
  await expect(pages.complaint, 'large and small letters differ').toContainText('確認密碼與設定的密碼不同');
  await account.fill(applicant.password);
  await password.fill(applicant.password);
  await again.fill(applicant.password);
  await pages.next.click();
  await expect(pages.complaint, 'the password is not the account').toContainText(/密碼.*帳號相同/);
  await pages.fillAccount(applicant);
}

async function giveTheBasics(pages: MemberPages, applicant: Applicant): Promise<void> {
  const { page } = pages;
  await test.step('取消 forgets it all', async () => {
    await expect(pages.step).toContainText('Step 2');
    await page.getByRole('button', { name: '取消' }).click();
    await page.getByRole('banner').getByRole('link', { name: '加入會員' }).click();
    await expect(pages.field('帳號')).toHaveValue('');
    await pages.fillAccount(applicant);
  });
  for (const name of ['中文姓名', '電子信箱', '確認電子信箱']) await expect(pages.field(name)).toHaveAttribute('required');
  // [備註]
  await expectHint(pages.field('電子信箱'), '註冊後將依所填電子信箱發出帳號確認信，請填入有效之電子信箱');
  await expect(page.getByRole('group', { name: '會員資料' })).toHaveAccessibleDescription('欲申請公務帳號者，請選第2個選項');
  await expect(page.getByRole('radio').nth(1)).toHaveAccessibleName(/提供進階資料/);
  await look(page, '3-basics');
  await pages.field('電子信箱').fill(applicant.email);
  await pages.field('確認電子信箱').fill(`other-${applicant.email}`);
  await pages.next.click();
  await expect(pages.complaint).toContainText('確認電子信箱與電子信箱不同');
  await pages.fillBasics(applicant, /提供進階資料/);
}

async function giveTheDetails(pages: MemberPages, applicant: Applicant, scripts: boolean): Promise<void> {
  const { page } = pages;
  await expect(page.getByText('注意：您須先填寫進階資料申請為一般會員，待該帳號啟用後，繼續完成公務轉換申請步驟。')).toBeVisible();
  await look(page, '4-details');
  await pages.next.click();
  await expectFaults(pages, 'birth_year', 'id_kind', 'gender', 'county', 'phone');
  await pages.back.click();
  await expect(pages.field('中文姓名'), 'back and forward lose nothing').toHaveValue(applicant.name);
  await pages.next.click();
  await pages.fillDetails(scripts);
  await test.step('a registration half done is resumed', async () => {
    await page.goto('/');
    await page.getByRole('banner').getByRole('link', { name: '加入會員' }).click();
  });
}

async function confirm(pages: MemberPages): Promise<void> {
  const { page } = pages;
  await expect(page.getByText('A12345****')).toBeVisible();
  await expect(pages.main, 'the extension').toContainText('分機 123');
  await expect(page.getByRole('button', { name: '取消' })).toBeVisible();
  await look(page, '6-confirm');
  for (const [link, heading] of [
    ['服務條款', '服務條款'],
    ['隱私權保護政策', '隱私權保護政策'],
  ] as const) {
    const opened = page.waitForEvent('popup');
    await pages.main.getByRole('link', { name: link }).click();
    const text = await opened;
    await expect(text.getByRole('heading', { level: 1 })).toHaveText(heading);
    await text.close();
  }
  // A question in words instead of a picture.
  await page.getByLabel(/等於多少？$/).fill('99');
  await page.getByRole('button', { name: '建立我的帳戶' }).click();
  await expect(pages.complaint).toContainText('驗證問題的答案不正確，請回答新的問題');
  await expect(pages.complaint).toContainText('請閱讀並同意服務條款和隱私權保護政策');
  await pages.confirm();
}
