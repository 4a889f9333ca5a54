import { writeFile } from 'node:fs/promises';

import type { Browser, Page } from '@playwright/test';

import { CivilServantPages } from '../pages/civil-servant.ts';
import { MyEGovPages } from '../pages/myegov.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { AGENCIES, MEMBERS, type MyEGov, type Person } from '../support/sites.ts';
import { atFirst as test, expect, failedRequest } from '../support/test.ts';
import type { LoginPage } from '../pages/login.ts';
import type { Frame } from '../pages/frame.ts';

const FIRE_AGENCY = { name: '內政部消防署', oid: '2.16.886.101.20003.20001.20003' };
const SIGNED = { name: 'signed.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n1 0 obj\n%%EOF\n') };

/** The manual's steps 1 to 6 of 申請公務帳號, page by page. */
async function apply(pages: CivilServantPages, person: Person, scripts: boolean): Promise<void> {
  const { page } = pages;
  await test.step('1: sign in', () => pages.signIn(person));
  await test.step('2 and 3: 我的專區, 申請公務帳號', () => pages.open());
  await test.step('4: the page with its instructions', async () => {
    await expect(pages.main.getByRole('heading', { name: '自然人轉公務員' })).toBeVisible();
    await expect(pages.main).toContainText('請輸入欲轉換之機關OID及申請原因後送出資料');
    await expect(pages.main).toContainText('不同意請退出申請作業');
  });
  await test.step('4-1 to 4-3: look up the OID', async () => {
    await pages.lookUp.click();
    await expect(pages.heading).toHaveText('政府物件識別碼(OID)查詢');
    // [備註]
    await expect(pages.main).toContainText('您所服務的機關如果沒有 OID，可選擇您上層機關的 OID');
    await pages.query.fill('消防署');
    await pages.search.click();
    await expect(pages.main.getByRole('listitem').filter({ hasText: FIRE_AGENCY.oid }).first()).toContainText('內政部');
    await pages.main.getByRole('link', { name: FIRE_AGENCY.name, exact: true }).click();
    await expect(pages.heading).toHaveText(FIRE_AGENCY.name);
    await expect(pages.main.getByText(FIRE_AGENCY.oid)).toBeVisible();
    await pages.main.getByRole('link', { name: '選擇這個機關' }).click();
  });
  await test.step('5: the name comes by itself', async () => {
    await expect(pages.oid).toHaveValue(FIRE_AGENCY.oid);
    await expect(pages.agencyName).toHaveValue(FIRE_AGENCY.name);
    // The same by hand.
    await pages.oid.fill('2.16.886.101.20003');
    if (!scripts) await pages.fetchName.click();
    await expect(pages.agencyName).toHaveValue('行政院');
    await pages.oid.fill(FIRE_AGENCY.oid);
    if (scripts) await pages.agencyName.click();
    else await pages.fetchName.click();
    await expect(pages.agencyName).toHaveValue(FIRE_AGENCY.name);
    await pages.reason.selectOption('公務人員');
    await pages.confirmed.check();
    await pages.send.click();
  });
  await test.step('6: 請確認是否要申請？', async () => {
    const question = page.getByRole('heading', { name: '請確認是否要申請？' });
    await expect(question).toBeVisible();
    await pages.cancel.click();
    await expect(question).toBeHidden();
    await expect(pages.oid, 'nothing is lost').toHaveValue(FIRE_AGENCY.oid);
    await expect(pages.confirmed).toBeChecked();
    await pages.send.click();
    await expect(question).toBeVisible();
    await pages.yes.click();
  });
}

/** A reviewer of the service centre, in a browser of their own. */
async function reviews(page: Page, site: string, person: Person): Promise<void> {
  const pages = new CivilServantPages(page, site);
  await pages.signIn(MEMBERS.staff);
  await page.getByRole('link', { name: '服務人員' }).click();
  await expect(pages.heading).toHaveText('公務帳號審核');
  await page.getByRole('row').filter({ hasText: person.name }).getByRole('link').click();
  await expect(pages.main).toContainText('機關與人事資料不符');
  await expect(pages.main).toContainText('V12345****');
  await page.getByRole('button', { name: '開始審核' }).click();
  await expect(pages.main.getByRole('heading', { name: '人工審核中' })).toBeVisible();
  await page.getByRole('button', { name: '核可', exact: true }).click();
  await expect(pages.main.getByRole('heading', { name: '已核可' })).toBeVisible();
}

/** Step 7's second outcome: the form, the upload, the reviewer. */
async function byForm(pages: CivilServantPages, reviewer: Page, scripts: boolean): Promise<void> {
  const { page } = pages;
  await expect(pages.heading).toHaveText('我的E政府公務帳號申請書');
  for (const text of [MEMBERS.elsewhere.name, FIRE_AGENCY.name, FIRE_AGENCY.oid, '【注意事項】', '本人簽名', '(02)2192-7186']) {
    await expect(pages.main).toContainText(text);
  }
  if (scripts) await expect(pages.main.getByRole('button', { name: '列印' })).toBeVisible();
  const pdf = await page.request.get(`${pages.site}/application/form.pdf`);
  expect(pdf.headers()['content-type']).toBe('application/pdf');
  await pages.main.getByRole('link', { name: '上傳申請書' }).click();
  await pages.expectState('待送申請書');
  await pages.file.setInputFiles(SIGNED);
  await pages.main.getByRole('button', { name: '送出' }).click();
  await pages.expectState('已收到申請書');
  await expect(pages.main).toContainText('1 個工作天');
  await reviews(reviewer, pages.site, MEMBERS.elsewhere);
  await page.reload();
  await expect(pages.main).toContainText('您的帳號已是公務帳號');
}

/** 如何檢視個人身分資訊: what 個人資料 shows of the kind and the agency. */
async function expectCivilServant(page: Page, site: string): Promise<void> {
  await page.goto(`${site}/profile`);
  const main = page.getByRole('main');
  await expect(main).toContainText('一般民眾 / 公務人員');
  await expect(main).toContainText('公務人員');
  await expect(main).toContainText('所屬機關或單位');
  await expect(main).toContainText(FIRE_AGENCY.name);
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

async function withoutScripts(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-TW', timezoneId: 'Asia/Taipei', javaScriptEnabled: false });
  return context.newPage();
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
    await apply(pages, MEMBERS.naturalPerson, true);
    await expect(pages.main).toContainText(/您的申請已進入審核程序|您的帳號已是公務帳號/);
    await pages.waitFor('您的帳號已是公務帳號');
    await expectCivilServant(member, myegov.url);
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
    await apply(pages, MEMBERS.elsewhere, true);
    await byForm(pages, await (await another()).newPage(), true);
    await expectCivilServant(member, myegov.url);
    await member.goto(`${myegov.url}/profile/looks`);
    await expect(member.getByRole('row').filter({ hasText: '公務帳號申請案' }).first()).toContainText('審核');
    await signInAtThePortal(page, login, frame, MEMBERS.elsewhere);
    await expectAtThePortal(page, frame);
  });

  test('both outcomes without scripts', async ({ browser, myegov }) => {
    await fill(myegov);
    const member = await withoutScripts(browser);
    const pages = new CivilServantPages(member, myegov.url);
    await apply(pages, MEMBERS.naturalPerson, false);
    await pages.waitFor('您的帳號已是公務帳號');
    await expectCivilServant(member, myegov.url);
    const other = await withoutScripts(browser);
    const others = new CivilServantPages(other, myegov.url);
    await apply(others, MEMBERS.elsewhere, false);
    await byForm(others, await withoutScripts(browser), false);
    await expectCivilServant(other, myegov.url);
    await Promise.all([member, other].map((each) => each.context().close()));
  });

  test('every page is accessible in both languages and fits into a narrow window', async ({ another, myegov, guard }, info) => {
    test.slow();
    guard.expect(failedRequest('/application'), failedRequest('/staff'));
    await fill(myegov);
    const member = await (await another()).newPage();
    const staff = await (await another()).newPage();
    let number = 0;
    const look = async (page: Page, what: string, path?: string): Promise<void> => {
      if (path) await page.goto(myegov.url + path);
      const name = `${String(++number).padStart(2, '0')}-${what}`;
      for (const width of [1440, 360]) {
        await page.setViewportSize({ width, height: 900 });
        await expectNoSidewaysScrolling(page, `${what} at ${width} px`);
        await page.screenshot({ path: info.outputPath(`${name}-${width}.png`), fullPage: true });
      }
      await expectAccessibleInBothColours(page, what);
      await page.emulateMedia({ colorScheme: 'light' });
    };
    const inBoth = async (page: Page, what: string, path: string): Promise<void> => {
      await look(page, what, path);
      await page.getByRole('link', { name: 'English' }).click();
      await expect(page.locator('html')).toHaveAttribute('lang', 'en');
      await look(page, `${what}-en`);
      await page.getByRole('link', { name: '中文' }).click();
    };
    const pages = new CivilServantPages(member, myegov.url);
    await pages.signIn(MEMBERS.elsewhere);
    await new CivilServantPages(staff, myegov.url).signIn(MEMBERS.staff);
    await inBoth(member, 'agencies', '/agencies?for=application');
    await inBoth(member, 'agencies-found', '/agencies?q=%E6%B6%88%E9%98%B2&for=application');
    await inBoth(member, 'agencies-below', '/agencies?under=2.16.886.101.90010.20002');
    await inBoth(member, 'agency', `/agencies/${FIRE_AGENCY.oid}?for=application`);
    await inBoth(member, 'application', `/application?oid=${FIRE_AGENCY.oid}`);
    await pages.reason.selectOption('公務人員');
    await pages.confirmed.check();
    await pages.send.click();
    await look(member, 'question');
    await pages.cancel.click();
    await member.evaluate(() => document.querySelectorAll('[required]').forEach((field) => field.removeAttribute('required')));
    await pages.oid.fill('1.2.3');
    await pages.send.click();
    await pages.yes.click();
    await expect(pages.main.getByRole('alert')).toContainText('查無這個機關OID');
    await look(member, 'faults');
    await pages.oid.fill(FIRE_AGENCY.oid);
    await pages.send.click();
    await pages.yes.click();
    await expect(pages.heading).toHaveText('我的E政府公務帳號申請書');
    await inBoth(member, 'form', '/application/form');
    await inBoth(member, 'case', '/application');
    await inBoth(member, 'withdraw', '/application/withdraw');
    await member.emulateMedia({ media: 'print' });
    await member.setViewportSize({ width: 794, height: 1123 });
    await member.goto(`${myegov.url}/application/form`);
    await member.screenshot({ path: info.outputPath('print.png'), fullPage: true });
    await member.pdf({ path: info.outputPath('print.pdf'), preferCSSPageSize: true });
    const pdf = await member.request.get(`${myegov.url}/application/form.pdf`);
    await writeFile(info.outputPath('form.pdf'), await pdf.body());
    await member.emulateMedia({ media: 'screen' });
    await member.goto(`${myegov.url}/application`);
    await pages.file.setInputFiles(SIGNED);
    await pages.main.getByRole('button', { name: '送出' }).click();
    await pages.expectState('已收到申請書');
    await inBoth(staff, 'queue', '/staff');
    await staff.getByRole('row').filter({ hasText: MEMBERS.elsewhere.name }).getByRole('link').click();
    await inBoth(staff, 'staff-case', new URL(staff.url()).pathname);
    await inBoth(staff, 'search', '/staff/members');
    await staff.getByLabel('帳號、姓名、電子信箱或完整的證號').fill('陳大文');
    await staff.getByLabel('查詢事由').fill('來電詢問');
    await staff.getByRole('button', { name: '查詢' }).click();
    await look(staff, 'search-found');
    await staff.getByRole('button', { name: '開啟' }).click();
    await inBoth(staff, 'member', new URL(staff.url()).pathname);
    await inBoth(member, 'looks', '/profile/looks');
  });
});
