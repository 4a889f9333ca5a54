// Every page of a 公務帳號, the applicant's and the service staff's, in both languages, as axe and as a telephone see it.
import type { Page } from '@playwright/test';

import { FIRE_AGENCY } from '../manual/civil-servant-account.ts';
import { SIGNED } from '../manual/application-form.ts';
import { MemberForms } from '../pages/member-forms.ts';
import { inEveryDress } from '../support/every-dress.ts';
import { MEMBERS, type Person } from '../support/sites.ts';
import { expect, test } from '../support/test.ts';

/** What the service staff press, by the name that the form has for it. */
const press = (page: Page, action: string) => page.locator(`button[name="action"][value="${action}"]`).click();

for (const [locale, language] of [
  ['zh-TW', 'zh-Hant-TW'],
  ['en-US', 'en'],
] as const) {
  test.describe(`In ${language}`, () => {
    test.use({ locale });
    test.describe.configure({ timeout: 180_000 });

    test('every page of a case is clean to axe and fits a telephone', async ({ page, another, sites, guard }) => {
      guard.expect(/status of 4(04|22)/);
      const site = await sites.memberSite();
      const staff = await (await another()).newPage();
      const [member, reviewer] = [new MemberForms(page), new MemberForms(staff)];
      const look = async (on: Page, what: string, path?: string) => {
        if (path) await on.goto(site.url + path);
        await expect(on.locator('html')).toHaveAttribute('lang', language);
        await inEveryDress(on, `${what} in ${language}`);
      };
      const signIn = async (forms: MemberForms, { username, password }: Person) => {
        await forms.page.goto(`${site.url}/sign-in`);
        await forms.fill({ account: username, password });
        await forms.send();
        await expect(forms.page).toHaveURL(`${site.url}/`);
      };
      const fillIn = async (forms: MemberForms, oid = FIRE_AGENCY.oid) => {
        await forms.page.goto(`${site.url}/application?oid=${oid}`);
        await forms.fill({ reason: 1, confirmed: 'yes' });
      };
      const apply = async (forms: MemberForms) => {
        await fillIn(forms);
        await forms.send();
        await forms.page.locator('dialog button[value="yes"]').click();
        await expect(forms.page).toHaveURL(`${site.url}/application/form`);
      };

      await signIn(member, MEMBERS.elsewhere);
      for (const path of ['/agencies?for=application', '/agencies?q=%E6%B6%88%E9%98%B2&for=application', '/agencies?q=nowhere', '/agencies?under=2.16.886.101.90010', `/agencies/${FIRE_AGENCY.oid}?for=application`]) {
        await look(page, path, path);
      }
      await look(page, 'the application', '/application');
      await fillIn(member);
      await member.send();
      await expect(page.locator('dialog')).toBeVisible();
      await look(page, 'the question');
      // As it is without scripts: a page.
      await fillIn(member);
      await page.locator('#application').evaluate((form: HTMLFormElement) => form.submit());
      await expect(page.locator('#application')).toHaveCount(0);
      await look(page, 'the question as a page');
      await fillIn(member, '1.2.3');
      await member.send();
      await page.locator('dialog button[value="yes"]').click();
      await expect(page.getByRole('alert')).toBeVisible();
      await look(page, 'the faults of the application');

      await apply(member);
      await look(page, 'the form');
      await look(page, 'a case that waits for its form', '/application');
      await page.locator('input[type=file]').setInputFiles({ ...SIGNED, buffer: Buffer.from('no such file') });
      await member.send();
      await expect(page.getByRole('alert')).toBeVisible();
      await look(page, 'the faults of an upload');
      await look(page, '取消申請', '/application/withdraw');
      await member.send();
      await look(page, 'after a case that was withdrawn', '/application');
      await apply(member);
      await page.goto(`${site.url}/application`);
      await page.locator('input[type=file]').setInputFiles(SIGNED);
      await member.send();
      await look(page, 'a form that was received', '/application');

      await signIn(reviewer, MEMBERS.staff);
      await staff.goto(`${site.url}/staff`);
      const lists = await staff.locator('nav.tabs a').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      expect(lists.length).toBeGreaterThan(2);
      for (const list of lists) await look(staff, list, list);
      await look(staff, 'a number that is none', '/staff?number=X');
      await staff.goto(`${site.url}/staff`);
      await staff.locator('tbody a').first().click();
      await look(staff, 'a case to decide');
      await press(staff, 'reject');
      await expect(staff.getByRole('alert')).toBeVisible();
      await look(staff, 'a rejection without a reason');
      await press(staff, 'take_up');
      await expect(staff.locator('button[value="take_up"]')).toHaveCount(0);
      await look(page, 'a case under review', '/application');
      await reviewer.fill({ said: '請補服務證件影本' });
      await press(staff, 'ask');
      await expect(staff.locator('button[value="ask"]')).toHaveCount(0);
      await look(page, 'a case for which more is asked', '/application');
      await member.fill({ said: '已補件' });
      await member.send();
      await staff.reload();
      await reviewer.fill({ said: '資料不符' });
      await press(staff, 'reject');
      await look(staff, 'a case that is closed');
      await look(page, 'after a case that was rejected', '/application');
      await look(page, 'who has looked', '/profile/looks');

      await staff.goto(`${site.url}/staff/members`);
      await reviewer.send();
      await reviewer.fill({ wanted: '林小晴', reason: '來電詢問' });
      await reviewer.send();
      await look(staff, 'a member who was found');
      await staff.locator('tbody button').click();
      await look(staff, 'a member');
      await apply(reviewer);
      const own = await staff.getByRole('article').getByRole('cell').first().innerText();
      await look(staff, 'one’s own case', `/staff?number=${own}`);

      await page.context().clearCookies();
      await signIn(member, MEMBERS.civilServant);
      await look(page, 'the profile of a civil servant', '/profile');
      await look(page, 'what a civil servant may change', '/profile/edit');
      await look(page, 'a change of agency', '/application');
    });

    test('every page for whom the further data are missing is clean to axe and fits a telephone', async ({ page, sites }) => {
      const site = await sites.memberSite();
      const forms = new MemberForms(page);
      const step = async (name: string, fields: Record<string, string | number>) => {
        await expect(page).toHaveURL(`${site.url}/join/${name}`);
        await forms.fill(fields);
        if (name === 'confirm') await forms.answer();
        await forms.send();
      };
      await page.goto(`${site.url}/join/account`);
      await step('account', { account: 'xiaoqing5678', password: 'abcd1234', password_again: 'abcd1234' });
      await step('basics', { name: '林小晴', email: 'a@example.com', email_again: 'a@example.com', membership: 'ordinary' });
      await step('recovery', { hint_question: 1, hint_answer: '示範國小' });
      await step('confirm', { agreed: '1' });
      await expect(page).toHaveURL(`${site.url}/join/done`);
      await page.goto(`${site.url}/mailbox`);
      await page.locator('.letter a').first().click();
      await forms.send();
      await page.goto(`${site.url}/sign-in`);
      await forms.fill({ account: 'xiaoqing5678', password: 'abcd1234' });
      await forms.send();
      await expect(page).toHaveURL(`${site.url}/`);
      for (const path of ['/application', '/profile', '/profile/edit', '/profile/edit?details=true']) {
        await page.goto(site.url + path);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await inEveryDress(page, `${path} in ${language}`);
      }
    });
  });
}
