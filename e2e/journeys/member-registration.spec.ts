// The manual's chapter 1, 申請一般帳號步驟 1 to 9 and 注意事項, page by page; once with scripts and once without.
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { MemberPages, type Applicant } from '../pages/member.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { MailServer, linkIn } from '../support/mail.ts';
import type { MyEGov } from '../support/sites.ts';
import { expect, test as base } from '../support/test.ts';

const DAY = 24 * 60 * 60 * 1000;

interface Stage {
  /** A member site whose mail goes to a real server. */
  post: { site: MyEGov; mail: MailServer };
  pages: MemberPages;
  applicant: Applicant;
}

const test = base.extend<Stage>({
  post: async ({ sites }, use) => {
    const mail = await MailServer.start(await sites.newFolder());
    const site = await sites.memberSite({ MYEGOV_SMTP_URL: mail.url, MYEGOV_MAIL_FROM: '我的E政府 <egov@example.com>' });
    await use({ site, mail });
    await mail.stop();
  },
  baseURL: async ({ post }, use) => use(post.site.url),
  pages: async ({ page }, use) => use(new MemberPages(page)),
  applicant: async ({}, use) =>
    use({ account: 'xiaoqing5678', password: 'abcd1234', name: '林小晴', email: 'xiaoqing@example.com' }),
});

/** Saves what is seen, for those who look at it: EMIC_LOOK names a folder. */
async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['EMIC_LOOK'];
  if (!folder) return;
  for (const [width, height] of [
    [360, 780],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

for (const withScripts of [true, false]) {
  test.describe(withScripts ? 'With scripts' : 'Without scripts', () => {
    test.use({ javaScriptEnabled: withScripts });

    test('somebody becomes a member, page by page as the manual has it', async ({ page, pages, post, applicant, guard }) => {
      guard.expect(/status of 4(22|10)/);
      // Step 1: 網頁右上方「加入會員」.
      await page.goto('/');
      await page.getByRole('banner').getByRole('link', { name: '加入會員' }).click();
      await expect(pages.heading).toHaveText('會員註冊');
      // Step 2, with what the manual says of the three fields.
      await expect(page.getByText('5至15個字元的英文字母、數字，第一個字元必須為英文字母')).toBeVisible();
      if (withScripts) {
        await pages.field('帳號').fill('dawen1234');
        await expect(page.getByText('這個帳號已有人使用')).toBeVisible();
        await pages.field('帳號').fill(applicant.account);
        await expect(page.getByText('這個帳號可以使用')).toBeVisible();
        await pages.field('設定密碼').fill('abcd1234');
        await expect(page.getByText('密碼強度：弱')).toBeVisible();
        await pages.field('設定密碼').fill('');
      }
      await look(page, '1-account');
      await pages.next.click();
      await expect(pages.complaint).toContainText('請更正以下欄位');
      await look(page, '1-account-wrong');
      await pages.fillAccount(applicant);
      // Step 3: [備註] the mail goes to this address; the second choice.
      await expect(page.getByText('註冊後將依所填電子信箱發出帳號確認信，請填入有效之電子信箱')).toBeVisible();
      await look(page, '2-basics');
      await pages.fillBasics(applicant, /提供進階資料/);
      // Step 4, and what is to be noted.
      await expect(page.getByText('待該帳號啟用後，繼續完成公務轉換申請步驟')).toBeVisible();
      await look(page, '3-details');
      await pages.back.click();
      await expect(pages.field('中文姓名')).toHaveValue(applicant.name);
      await pages.next.click();
      await pages.fillDetails(withScripts);
      // Step 5.
      await look(page, '4-recovery');
      await pages.fillRecovery();
      // Step 6: no picture to read, but a question; the terms; 建立我的帳戶.
      await expect(page.getByText('A12345****')).toBeVisible();
      await look(page, '5-confirm');
      await pages.confirm();
      // Step 7: [備註] within ten minutes.
      await expect(pages.heading).toHaveText('一般會員註冊成功');
      await expect(page.getByText('系統會在十分鐘內發送至您的電子信箱')).toBeVisible();
      await look(page, '7-registered');
      // Step 8: the mail.
      const letter = await post.mail.letter(applicant.email, '啟動連結');
      expect(letter.type).toBe('multipart/alternative');
      expect(letter.text).toContain('超過七日連結將自動失效');
      await page.goto(linkIn(letter));
      await look(page, '8-activation');
      await page.getByRole('button', { name: '啟用帳號' }).click();
      // Step 9.
      await expect(pages.heading).toHaveText('帳號已啟用成功');
      await look(page, '9-active');
      await page.getByRole('main').getByRole('link', { name: '會員登入' }).click();
      await look(page, 'sign-in');
      await pages.signIn(applicant);
      // 如何檢視個人身分資訊: still 自然人.
      await expect(page.getByRole('banner')).toContainText('Hi, 林小晴 您好');
      await expect(pages.heading).toHaveText('個人資料');
      await expect(page.getByText('自然人', { exact: true })).toBeVisible();
      await expect(page.getByText('A12345****')).toBeVisible();
      for (const place of ['個人資料查詢', '個人資料維護', '密碼維護', '刪除帳號', '申請公務帳號']) {
        await expect(page.getByRole('navigation', { name: '會員資料管理' }).getByRole('link', { name: place })).toBeVisible();
      }
      await look(page, 'profile');
    });

    test('whose link has expired has the mail sent again, from 會員中心 at the bottom', async ({ page, pages, post, applicant, guard }) => {
      guard.expect(/status of 4(22|10)/);
      await page.goto('/join');
      await pages.fillAccount(applicant);
      await pages.fillBasics(applicant, /只成為一般會員/);
      await pages.fillRecovery();
      await pages.confirm();
      await expect(pages.heading).toHaveText('一般會員註冊成功');
      const first = linkIn(await post.mail.letter(applicant.email, '啟動連結'));
      await post.site.restartAhead(8 * DAY);
      await page.goto(first);
      await expect(page.getByText('已超過七日而失效')).toBeVisible();
      await look(page, 'expired');
      await page.getByRole('contentinfo').getByRole('link', { name: '會員中心' }).click();
      await expect(page.getByText('請先到「垃圾信件匣」檢查')).toBeVisible();
      await look(page, 'member-centre');
      await page.getByRole('navigation', { name: '會員中心' }).getByRole('link', { name: '重寄確認信' }).click();
      await look(page, 'resend');
      await pages.field('使用者帳號').fill(applicant.account);
      await pages.answerTheQuestion();
      await page.getByRole('button', { name: '送出' }).click();
      await expect(pages.heading).toHaveText('已收到您的要求');
      const second = linkIn(await post.mail.letter(applicant.email, '啟動連結', { after: 1 }));
      await page.goto(second);
      await page.getByRole('button', { name: '啟用帳號' }).click();
      await expect(pages.heading).toHaveText('帳號已啟用成功');
      // 忘記密碼: a link, and the answer; never a password in a mail.
      await page.goto('/sign-in');
      await page.getByRole('link', { name: '忘記密碼' }).click();
      await pages.field('使用者帳號').fill(applicant.account);
      await pages.answerTheQuestion();
      await page.getByRole('button', { name: '送出' }).click();
      await expect(pages.heading).toHaveText('已收到您的要求');
      const way = await post.mail.letter(applicant.email, '重新設定密碼');
      expect(way.text).not.toContain(applicant.password);
      await page.goto(linkIn(way));
      await look(page, 'new-password');
      await pages.field('我就讀的國小叫什麼名字?').fill('示範國小');
      await pages.field('設定密碼').fill('efgh5678');
      await pages.field('確認密碼').fill('efgh5678');
      await page.getByRole('button', { name: '設定新密碼' }).click();
      await expect(pages.heading).toHaveText('密碼已重新設定');
      await page.getByRole('main').getByRole('link', { name: '會員登入' }).click();
      await pages.signIn({ account: applicant.account, password: 'efgh5678' });
      await expect(page.getByRole('banner')).toContainText('Hi, 林小晴 您好');
    });
  });
}

test.describe('Every page', () => {
  test.describe.configure({ timeout: 180_000 });

  /** Has axe look at a page in both languages, and at what a telephone shows of it. */
  async function inEveryDress(page: Page, what: string): Promise<void> {
    for (const link of ['English', '中文']) {
      await expectAccessibleInBothColours(page, what);
      await page.setViewportSize({ width: 360, height: 780 });
      await expectNoSidewaysScrolling(page, what);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByRole('banner').getByRole('link', { name: link }).click();
    }
  }

  test('is clean to axe, in both languages, and fits a telephone', async ({ page, pages, applicant, guard }) => {
    guard.expect(/status of 4(22|10|04)/);
    const open = ['/', '/sign-in', '/member-centre', '/terms', '/privacy', '/activation/resend', '/recovery', '/join/account', '/join/done', '/mailbox', '/nowhere', '/activation?token=x'];
    for (const path of open) {
      await page.goto(path);
      await inEveryDress(page, path);
    }
    await page.goto('/join/account');
    await pages.next.click();
    await expectAccessibleInBothColours(page, 'the faults of a form');
    await pages.fillAccount(applicant);
    await inEveryDress(page, '/join/basics');
    await pages.fillBasics(applicant, /提供進階資料/);
    await inEveryDress(page, '/join/details');
    await pages.fillDetails(true);
    await inEveryDress(page, '/join/recovery');
    await pages.fillRecovery();
    await inEveryDress(page, '/join/confirm');
    await page.goto('/sign-in');
    await pages.signIn({ account: 'dawen1234', password: 'egov2026demo' });
    for (const path of ['/profile', '/profile/edit', '/profile/password', '/profile/delete', '/sign-out']) {
      await page.goto(path);
      await inEveryDress(page, path);
    }
    await page.goto('/profile/edit');
    await look(page, 'profile-edit');
    await page.goto('/profile/delete');
    await look(page, 'profile-delete');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto('/profile');
    await look(page, 'profile-dark');
  });
});
