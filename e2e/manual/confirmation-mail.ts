// The manual's chapter 1: 申請一般帳號步驟 8 and 9, and 注意事項②.
import { expect, test } from '@playwright/test';

import type { Applicant, MemberPages } from '../pages/member.ts';
import { look } from '../support/look.ts';
import { linkIn, type Letter } from '../support/mail.ts';

/** The mail's sender, as the site is told. */
export const SENDER = '我的E政府 <egov@example.com>';

/** 申請一般帳號步驟 8: what the page says of the mail that has yet to come. */
export async function expectRemarks(pages: MemberPages): Promise<void> {
  await test.step('申請一般帳號步驟 8: [備註]', async () => {
    await expect(pages.main).toContainText('請先到「垃圾信件匣」檢查（部份郵件伺服器會將確認信誤判為垃圾信）');
    await expect(pages.main).toContainText('請於七日內點擊，超過七日該連結將自動失效。');
    await expect(pages.main.getByRole('link', { name: '重寄確認信' })).toBeVisible();
  });
}

/** 「我的E政府會員確認信」, field by field and part by part. */
export function expectConfirmationMail(letter: Letter, applicant: Applicant, site: string): void {
  const { head } = letter;
  expect(head).toMatchObject({ subject: '我的E政府會員確認信', from: SENDER, to: applicant.email });
  expect(head['message-id']).toMatch(/^<[\w-]+@example\.com>$/);
  expect(Date.parse(head['date'] ?? ''), 'a date').not.toBeNaN();
  expect(letter.type).toBe('multipart/alternative');
  expect(letter.defects, 'what is not as the standards have it').toEqual([]);
  const link = linkIn(letter);
  expect(new URL(link).origin).toBe(site);
  for (const part of [letter.text, letter.html]) {
    expect(part).toContain(`${applicant.name} 您好`);
    expect(part).toContain('啟動連結');
    expect(part).toContain('超過七日連結將自動失效');
    expect(part).toContain(link);
    expect(part, 'no password is ever mailed').not.toContain(applicant.password);
  }
}

/** 沒有收到「我的E政府會員確認信」該如何處理. */
export async function haveTheMailSentAgain(pages: MemberPages, { account }: Applicant): Promise<void> {
  const { page } = pages;
  await test.step('沒有收到確認信 1: 會員中心, at the bottom', async () => {
    await page.goto('/');
    await page.getByRole('contentinfo').getByRole('link', { name: '會員中心' }).click();
    // [備註]
    await expect(pages.main).toContainText('確認信可能被判讀為垃圾信件，請先到「垃圾信件匣」檢查。');
    await look(page, 'lost-1-member-centre');
  });
  await test.step('沒有收到確認信 2: 重寄確認信, at the left', async () => {
    await page.getByRole('navigation', { name: '會員中心' }).getByRole('link', { name: '重寄確認信' }).click();
    await expect(pages.heading).toHaveText('重寄確認信');
    await look(page, 'lost-2-resend');
  });
  await test.step('沒有收到確認信 3: 使用者帳號 and the question', async () => {
    await pages.field('使用者帳號').fill(account);
    await pages.answerTheQuestion();
    await page.getByRole('button', { name: '送出' }).click();
    await expect(pages.heading).toHaveText('已收到您的要求');
    await look(page, 'lost-3-resent');
  });
}

/** 申請一般帳號步驟 9. */
export async function activate(pages: MemberPages, link: string): Promise<void> {
  await test.step('申請一般帳號步驟 9: 帳號已啟用成功', async () => {
    await pages.page.goto(link);
    await look(pages.page, '8-activation');
    await pages.page.getByRole('button', { name: '啟用帳號' }).click();
    await expect(pages.heading).toHaveText('帳號已啟用成功');
    await expect(pages.main).toContainText('您已註冊成功');
    await look(pages.page, '9-active');
    await pages.page.goto(link);
    await expect(pages.heading, 'of a link that was used').toHaveText('帳號早已啟用');
  });
}

/** 申請一般帳號步驟 8, the remark's end: the link after seven days. */
export async function expectExpired(pages: MemberPages, link: string): Promise<void> {
  await test.step('申請一般帳號步驟 8: after seven days the link is over', async () => {
    await pages.page.goto(link);
    await expect(pages.heading).toHaveText('連結已失效');
    await expect(pages.main).toContainText('這個啟動連結已超過七日而失效。');
    await expect(pages.main.getByRole('link', { name: '重寄確認信' })).toBeVisible();
    await look(pages.page, '8-expired');
  });
}
