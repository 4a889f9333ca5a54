// What the manual's chapter 1 says of 公務帳號 beside the one way that member-manual.spec.ts walks.
import type { Page } from '@playwright/test';

import { approve, expectForm, upload } from '../manual/application-form.ts';
import { FIRE_AGENCY, chooseThisAgency, confirm, lookUp, openTheApplication } from '../manual/civil-servant-account.ts';
import { CivilServantPages } from '../pages/civil-servant.ts';
import { MyEGovPages } from '../pages/myegov.ts';
import { AGENCIES, MEMBERS, type MyEGov, type Person } from '../support/sites.ts';
import { atFirst as test, expect } from '../support/test.ts';
import type { LoginPage } from '../pages/login.ts';
import type { Frame } from '../pages/frame.ts';

/** The manual's steps 1 to 6 of 申請公務帳號. */
async function apply(pages: CivilServantPages, person: Person): Promise<void> {
  await pages.signIn(person);
  await openTheApplication(pages);
  await lookUp(pages, FIRE_AGENCY);
  await chooseThisAgency(pages, FIRE_AGENCY);
  await confirm(pages, FIRE_AGENCY);
}

async function signInAtThePortal(page: Page, login: LoginPage, frame: Frame, person: Person): Promise<void> {
  await login.open();
  const popup = page.waitForEvent('popup');
  await login.goToEgov.click();
  await new MyEGovPages(await popup).passThrough(person);
  await frame.expectSignedInAs(person.name);
}

/** The new 公務帳號, as the portal sees it. */
async function expectAtThePortal(page: Page, frame: Frame): Promise<void> {
  await expect(frame.main).toContainText('公務人員');
  await expect(frame.main).toContainText(FIRE_AGENCY.name);
  await page.goto('/profile');
  await expect(page.getByLabel('機關/公司名稱')).toHaveValue(FIRE_AGENCY.name);
}

async function fill(myegov: MyEGov): Promise<void> {
  expect(await myegov.command('agencies', 'import', AGENCIES)).toContain('line 2: 內政部憑證管理中心 has no OID');
}

test.describe('申請公務帳號', () => {
  test('step 7-1: all data match, the review is automatic, and the portal sees the agency', async ({ page, another, myegov, login, frame }) => {
    await fill(myegov);
    await signInAtThePortal(page, login, frame, MEMBERS.naturalPerson);
    await expect(frame.main).toContainText('自然人');
    const member = await (await another()).newPage();
    const pages = new CivilServantPages(member, myegov.url);
    await apply(pages, MEMBERS.naturalPerson);
    await pages.waitFor('您的帳號已是公務帳號');
    await member.goto(`${myegov.url}/mailbox`);
    await expect(member.getByRole('main')).toContainText('我的E政府公務帳號核可通知信');
    // MyEGov has told the portal: nobody signs in again.
    await expect(async () => {
      await page.goto('/');
      await expect(frame.main).toContainText('公務人員', { timeout: 2000 });
    }).toPass();
    await expectAtThePortal(page, frame);
  });

  test('step 7-2: some data differ, the form is sent, and a reviewer approves', async ({ page, another, myegov, login, frame }) => {
    await fill(myegov);
    const member = await (await another()).newPage();
    const pages = new CivilServantPages(member, myegov.url);
    await apply(pages, MEMBERS.elsewhere);
    const filled = await expectForm(pages, MEMBERS.elsewhere, FIRE_AGENCY);
    await upload(pages);
    await approve(await (await another()).newPage(), myegov.url, MEMBERS.elsewhere, filled, '機關與人事資料不符');
    await member.goto(`${myegov.url}/profile/looks`);
    await expect(member.getByRole('row').filter({ hasText: '公務帳號申請案' }).first()).toContainText('審核');
    await signInAtThePortal(page, login, frame, MEMBERS.elsewhere);
    await expectAtThePortal(page, frame);
  });
});
