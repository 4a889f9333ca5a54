// The manual's chapter 1, page by page: one person's way from 加入會員 to a 公務帳號 that the portal knows. What is read
// and done on each page stands in ../manual, a file for each part of the chapter.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { BrowserContext } from '@playwright/test';

import { approve, expectForm, print, upload } from '../manual/application-form.ts';
import * as civil from '../manual/civil-servant-account.ts';
import { SENDER, activate, expectConfirmationMail, expectExpired, expectRemarks, haveTheMailSentAgain } from '../manual/confirmation-mail.ts';
import { becomeAMember, readTheIntroduction } from '../manual/general-account.ts';
import { CivilServantPages } from '../pages/civil-servant.ts';
import { Frame } from '../pages/frame.ts';
import { LoginPage } from '../pages/login.ts';
import { MemberPages } from '../pages/member.ts';
import { MyEGovPages } from '../pages/myegov.ts';
import { look } from '../support/look.ts';
import { MailServer, linkIn } from '../support/mail.ts';
import { AGENCIES, MEMBERS, type MyEGov, type Portal } from '../support/sites.ts';
import { expect, test as base } from '../support/test.ts';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const APPLICANT = { account: 'xiaoqing5678', username: 'xiaoqing5678', password: 'abcd1234', name: '林小晴', email: 'xiaoqing@example.com' };

/** A portal and a MyEGov of its own, whose mail goes to a server that is down at first. */
const test = base.extend<{ post: MailServer; fresh: { portal: Portal; myegov: MyEGov } }>({
  post: async ({ sites }, use) => {
    const post = await MailServer.down(await sites.newFolder());
    await use(post);
    await post.stop();
  },
  fresh: async ({ sites, post }, use) => use(await sites.pair({}, { MYEGOV_SMTP_URL: post.url, MYEGOV_MAIL_FROM: SENDER })),
  portal: async ({ fresh }, use) => use(fresh.portal),
  myegov: async ({ fresh }, use) => use(fresh.myegov),
  baseURL: async ({ myegov }, use) => use(myegov.url),
});

/** The public register of agencies, and a personnel register in which these serve. */
async function fillRegisters(myegov: MyEGov, folder: string): Promise<void> {
  expect(await myegov.command('agencies', 'import', AGENCIES)).toContain('line 2: 內政部憑證管理中心 has no OID');
  const [plain, hashed] = [join(folder, 'personnel.csv'), join(folder, 'hashed.csv')];
  const posts = [`A123456789,${APPLICANT.name},${civil.FIRE_AGENCY.oid}`, `V123456787,${MEMBERS.elsewhere.name},${civil.FIRE_BUREAU.oid}`];
  await writeFile(plain, ['NationalId,Name,AgencyOID', ...posts, ''].join('\n'));
  await writeFile(hashed, await myegov.command('personnel', 'hash', plain));
  expect(await myegov.command('personnel', 'import', hashed)).toContain('2 posts');
}

/**
 * Waits until the automatic review has just been at work, as somebody else's application tells: the next one is
 * seconds away, and 審核中 is there to be seen.
 */
async function theReviewHasJustBeen({ request }: BrowserContext): Promise<void> {
  const { username: account, password } = MEMBERS.elsewhere;
  await request.post('/sign-in', { form: { account, password } });
  await request.post('/application', { form: { oid: civil.FIRE_BUREAU.oid, reason: 'civil_servant', confirmed: 'yes', sure: 'yes' } });
  const page = async () => (await request.get('/application')).text();
  await expect.poll(page, { intervals: [100] }).toContain('彰化縣消防局');
  await expect.poll(page, { intervals: [100] }).toContain('您的帳號已是公務帳號');
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'With scripts' : 'Without scripts at MyEGov', () => {
    test.use({ javaScriptEnabled: scripts });
    test.describe.configure({ timeout: 150_000 });

    test('chapter 1 of the manual, from 加入會員 to an approved 公務帳號 at the portal', async ({ page, another, portal, myegov, post, sites, guard }, info) => {
      guard.expect(/status of 4(09|10|22)/);
      const member = new MemberPages(page);
      const pages = new CivilServantPages(page, myegov.url);
      await fillRegisters(myegov, await sites.newFolder());

      // The registration is eight days old when the rest happens, and there is no mail server then.
      await myegov.restartAhead(-8 * DAY);
      await readTheIntroduction(member);
      await becomeAMember(member, APPLICANT, scripts);
      await expectRemarks(member);
      await expect.poll(() => myegov.program.printed()).toContain('a mail did not go out');
      await post.start();
      await myegov.restartAhead(-8 * DAY + 9 * MINUTE);
      const first = await post.letter(APPLICANT.email, '啟動連結');
      expectConfirmationMail(first, APPLICANT, myegov.url);

      await myegov.restartAhead(0);
      await expectExpired(member, linkIn(first));
      await haveTheMailSentAgain(member, APPLICANT);
      const second = await post.letter(APPLICANT.email, '啟動連結', { after: 1 });
      expectConfirmationMail(second, APPLICANT, myegov.url);
      await activate(member, linkIn(second));

      await civil.signIn(member, APPLICANT);
      await civil.expectIdentity(member);
      await civil.openTheApplication(pages);
      await civil.lookUp(pages, civil.FIRE_AGENCY);
      await civil.fillIn(pages, civil.FIRE_AGENCY, scripts);
      const decoy = await another();
      await civil.confirm(pages, civil.FIRE_AGENCY, () => theReviewHasJustBeen(decoy));
      await civil.expectReview(pages, scripts);
      const approval = await post.letter(APPLICANT.email, civil.FIRE_AGENCY.name);
      expect(approval.head['subject']).toBe('我的E政府公務帳號核可通知信');
      await civil.expectIdentity(member, civil.FIRE_AGENCY);

      const window = await (await another({ baseURL: portal.url, javaScriptEnabled: true })).newPage();
      const frame = new Frame(window);
      await test.step('使用「我的E政府」帳號登入 at the portal, which shows the agency', async () => {
        const login = new LoginPage(window);
        await login.open();
        const popup = window.waitForEvent('popup');
        await login.goToEgov.click();
        await new MyEGovPages(await popup).signInAndAgree(APPLICANT);
        await frame.expectSignedInAs(APPLICANT.name);
        await expect(frame.main).toContainText('公務人員');
        await expect(frame.main).toContainText(civil.FIRE_AGENCY.name);
        await look(window, 'portal');
        await window.goto('/profile');
        await expect(window.getByLabel('機關/公司名稱')).toHaveValue(civil.FIRE_AGENCY.name);
      });

      // The second application: 步驟 2 to 6 again, and the other outcome of 步驟 7.
      await civil.openTheApplication(pages);
      await civil.lookUp(pages, civil.FIRE_BUREAU);
      await civil.chooseThisAgency(pages, civil.FIRE_BUREAU);
      await civil.confirm(pages, civil.FIRE_BUREAU);
      const filled = await expectForm(pages, APPLICANT, civil.FIRE_BUREAU);
      await print(pages, civil.FIRE_BUREAU, filled, scripts, info);
      await upload(pages);
      const reviewer = await (await another()).newPage();
      await approve(reviewer, myegov.url, APPLICANT, filled, '非首次申請');
      const change = await post.letter(APPLICANT.email, civil.FIRE_BUREAU.name);
      expect(change.head['subject']).toBe('我的E政府公務帳號核可通知信');
      await civil.expectIdentity(member, civil.FIRE_BUREAU);
      await test.step('the portal has been told of the new agency', async () => {
        await expect(async () => {
          await window.goto('/');
          await expect(frame.main).toContainText(civil.FIRE_BUREAU.name, { timeout: 2000 });
        }).toPass();
      });
    });
  });
}
