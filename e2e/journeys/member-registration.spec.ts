// What the manual's chapter 1 leaves out of the general account: an ordinary member, who forgets the password.
import { MemberPages, type Applicant } from '../pages/member.ts';
import { MailServer, linkIn } from '../support/mail.ts';
import type { MyEGov } from '../support/sites.ts';
import { expect, test as base } from '../support/test.ts';

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

for (const withScripts of [true, false]) {
  test.describe(withScripts ? 'With scripts' : 'Without scripts', () => {
    test.use({ javaScriptEnabled: withScripts });

    test('an ordinary member who has forgotten the password chooses a new one', async ({ page, pages, post, applicant }) => {
      await page.goto('/join');
      await pages.fillAccount(applicant);
      await pages.fillBasics(applicant, /只成為一般會員/);
      await pages.fillRecovery();
      await pages.confirm();
      await expect(pages.heading).toHaveText('一般會員註冊成功');
      await page.goto(linkIn(await post.mail.letter(applicant.email, '啟動連結')));
      await page.getByRole('button', { name: '啟用帳號' }).click();
      await expect(pages.heading).toHaveText('帳號已啟用成功');
      // 忘記密碼: a link, and the answer; never a password in a mail.
      await page.goto('/sign-in');
      await page.getByRole('link', { name: '忘記密碼' }).click();
      await pages.field('使用者帳號').fill(applicant.account);
      await page.getByRole('button', { name: '送出' }).click();
      await expect(pages.heading).toHaveText('已收到您的要求');
      const way = await post.mail.letter(applicant.email, '重新設定密碼');
      expect(way.text).not.toContain(applicant.password);
      await page.goto(linkIn(way));
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
