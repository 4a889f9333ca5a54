// Every page of the general account, in both languages, as axe and as a telephone see it; those too that a form or a
// mailed link answers with.
import { MemberForms } from '../pages/member-forms.ts';
import { inEveryDress } from '../support/every-dress.ts';
import { MailServer, linkIn } from '../support/mail.ts';
import { expect, test as base } from '../support/test.ts';
import type { MyEGov } from '../support/sites.ts';

const DAY = 24 * 60 * 60 * 1000;
const PASSWORD = 'abcd1234';
const NEW_PASSWORD = 'efgh5678';
const ACCOUNT = 'xiaoqing5678';
const EMAIL = 'xiaoqing@example.com';

const test = base.extend<{ mail: MailServer; site: MyEGov; forms: MemberForms }>({
  mail: async ({ sites }, use) => {
    const mail = await MailServer.start(await sites.newFolder());
    await use(mail);
    await mail.stop();
  },
  site: async ({ sites, mail }, use) => use(await sites.memberSite({ MYEGOV_SMTP_URL: mail.url, MYEGOV_MAIL_FROM: 'egov@example.com' })),
  baseURL: async ({ site }, use) => use(site.url),
  forms: async ({ page }, use) => use(new MemberForms(page)),
});

for (const [locale, language] of [
  ['zh-TW', 'zh-Hant-TW'],
  ['en-US', 'en'],
] as const) {
  test.describe(`In ${language}`, () => {
    test.use({ locale });
    test.describe.configure({ timeout: 150_000 });

    test.beforeEach(({ guard }) => guard.expect(/status of 4(04|09|10|22)/));

    test('every page of a registration is clean to axe and fits a telephone', async ({ page, forms, site, mail }) => {
      const look = async (what: string, path?: string) => {
        if (path) await page.goto(path);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await inEveryDress(page, `${what} in ${language}`);
      };
      /** A step with its faults and then filled in. */
      const step = async (name: string, fields: Record<string, string | number>) => {
        await expect(page).toHaveURL(`/join/${name}`);
        await look(`the step ${name}`);
        await forms.send();
        await expect(page.getByRole('alert')).toBeVisible();
        await look(`the faults of ${name}`);
        await forms.fill(fields);
        if (name === 'confirm') await forms.answer();
        await forms.send();
      };
      const resend = async () => {
        await page.goto('/activation/resend');
        await forms.fill({ account: ACCOUNT });
        await forms.answer();
        await forms.send();
        await expect(page).toHaveURL('/activation/resent');
      };
      for (const path of ['/', '/member-centre', '/terms', '/privacy', '/mailbox', '/nowhere', '/activation?token=x']) await look(path, path);

      await page.goto('/join/account');
      await step('account', { account: ACCOUNT, password: PASSWORD, password_again: PASSWORD });
      await step('basics', { name: '林小晴', email: EMAIL, email_again: EMAIL, membership: 'advanced' });
      await step('details', { birth_year: '70', birth_month: '1', birth_day: '1', id_kind: 'national', id_number: 'A123456789', gender: 'female', county: 1, district: 1, street: '示範路1號', phone: '0223456789' });
      await step('recovery', { hint_question: 1, hint_answer: '示範國小' });
      await step('confirm', { agreed: '1' });
      await expect(page).toHaveURL('/join/done');
      await look('the registration’s end');

      await page.goto('/sign-in');
      await forms.fill({ account: ACCOUNT, password: PASSWORD });
      await forms.send();
      await expect(page.getByRole('alert')).toBeVisible();
      await look('the sign-in before the activation');
      const first = linkIn(await mail.letter(EMAIL, '啟動連結'));
      await look('a link to activate', first);

      await site.restartAhead(8 * DAY);
      await look('a link that has expired', first);
      await look('重寄確認信', '/activation/resend');
      await forms.send();
      await expect(page.getByRole('alert')).toBeVisible();
      await look('the faults of 重寄確認信');
      await resend();
      await look('the answer to 重寄確認信');
      const second = linkIn(await mail.letter(EMAIL, '啟動連結', { after: 1 }));
      await resend();
      const third = linkIn(await mail.letter(EMAIL, '啟動連結', { after: 2 }));
      await look('a link with a newer one', second);
      await page.goto(third);
      await forms.send();
      await look('an account that is active now');
      await look('a link that was used', third);
    });

    test('every page of a member is clean to axe and fits a telephone', async ({ page, forms, mail }) => {
      const account = 'dawen1234';
      const email = 'dawen1234@example.com';
      const look = async (what: string, path?: string) => {
        if (path) await page.goto(path);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await inEveryDress(page, `${what} in ${language}`);
      };
      const refused = async (what: string) => {
        await forms.send();
        await expect(page.getByRole('alert')).toBeVisible();
        await look(what);
      };
      const signIn = async (password: string) => {
        await page.goto('/sign-in');
        await forms.fill({ account, password });
        await forms.send();
      };
      await look('忘記密碼', '/recovery');
      await refused('the faults of 忘記密碼');
      await forms.fill({ account });
      await forms.send();
      await expect(page).toHaveURL('/recovery/sent');
      await look('the answer to 忘記密碼');
      const way = linkIn(await mail.letter(email, '重新設定密碼'));
      await look('a new password', way);
      await refused('the faults of a new password');
      await forms.fill({ hint_answer: '中正國小', password: NEW_PASSWORD, password_again: NEW_PASSWORD });
      await forms.send();
      await expect(page.locator('a[href="/sign-in"].button')).toBeVisible();
      await look('a password that is new');
      await look('a way to a new password that was used', way);

      await look('the sign-in', '/sign-in');
      await forms.fill({ account, password: PASSWORD });
      await refused('a sign-in that is refused');
      await signIn(NEW_PASSWORD);
      await expect(page).toHaveURL('/');
      await look('the start of a member');
      for (const path of ['/profile', '/profile/edit', '/profile/password', '/profile/looks', '/profile/delete']) await look(path, path);

      await page.goto('/profile/edit');
      await forms.fill({ name: '' });
      await refused('the faults of 個人資料維護');
      await forms.fill({ name: '陳大文', email: 'new@example.com', present_password: NEW_PASSWORD });
      await forms.send();
      await expect(page).toHaveURL('/profile?saved=email');
      await look('a profile that was saved');
      const confirmation = linkIn(await mail.letter('new@example.com', ''));
      await look('an address to confirm', confirmation);
      await forms.send();
      await look('an address that was changed');
      await look('an address confirmed twice', confirmation);

      await page.goto('/profile/password');
      await refused('the faults of 密碼維護');
      await forms.fill({ present_password: NEW_PASSWORD, password: 'ijkl9012', password_again: 'ijkl9012' });
      await forms.send();
      await expect(page.getByRole('status')).toBeVisible();
      await look('a password that was changed');

      await look('會員登出', '/sign-out');
      await forms.send();
      await look('the end of a session');
      await signIn('ijkl9012');
      await page.goto('/profile/delete');
      await refused('the faults of 刪除帳號');
      await forms.fill({ understood: '1', present_password: 'ijkl9012' });
      await forms.send();
      await expect(page.getByRole('status')).toBeVisible();
      await look('an account that is deleted');
    });
  });
}
