// The manual's chapter 1: 申請公務帳號步驟 1 to 7-1.
import { expect, test } from '@playwright/test';

import { clickAtTheTopRight } from './general-account.ts';
import type { CivilServantPages } from '../pages/civil-servant.ts';
import type { Applicant, MemberPages } from '../pages/member.ts';
import { inEveryDress } from '../support/every-dress.ts';
import { look } from '../support/look.ts';

/** An agency of the public register, and what one looks for to find it. */
export interface Agency {
  readonly name: string;
  readonly oid: string;
  readonly asked: string;
}

export const FIRE_AGENCY: Agency = { name: '內政部消防署', oid: '2.16.886.101.20003.20001.20003', asked: '消防署' };
export const FIRE_BUREAU: Agency = { name: '彰化縣消防局', oid: '2.16.886.101.90010.20002.20040', asked: '彰化縣消防局' };

/** What the manual's page says, word for word. */
const INSTRUCTIONS = [
  '請輸入欲轉換之機關OID及申請原因後送出資料，並依送出後之訊息提示進行後續操作以完成申請程序。',
  '當您按下 [送出資料]，系統會自動進行審核作業，並將您在本服務註冊的個人資料送 [行政院人事行政總處] 系統核對，若審核通過，您的所屬機關資訊將隨 [行政院人事行政總處] 登載資料自動更新，若未審核通過請參照我的E政府公務帳號申請書之注意事項完成後續申請作業。同意請按 [送出資料]，不同意請退出申請作業。',
];

/** 申請公務帳號步驟 1. */
export async function signIn(pages: MemberPages, applicant: Applicant): Promise<void> {
  await test.step('申請公務帳號步驟 1: 會員登入, at the top right', async () => {
    await pages.page.goto('/');
    await clickAtTheTopRight(pages, '會員登入');
    await expect(pages.heading).toHaveText('會員登入');
    await look(pages.page, 'a1-sign-in');
    await pages.signIn(applicant);
    await expect(pages.page.getByRole('banner')).toContainText(`Hi, ${applicant.name} 您好`);
  });
}

/** 如何檢視個人身分資訊: what 個人資料 says of the account; the agency of a 公務帳號 alone. */
export async function expectIdentity(pages: MemberPages, agency?: Agency): Promise<void> {
  const { page } = pages;
  await test.step('如何檢視個人身分資訊 1: 我的專區, at the top right', () => clickAtTheTopRight(pages, '我的專區'));
  await test.step('如何檢視個人身分資訊 2: 個人資料, at the left', async () => {
    await page.getByRole('navigation', { name: '會員資料管理' }).getByRole('link', { name: '個人資料查詢' }).click();
    await expect(pages.heading).toHaveText('個人資料');
  });
  await test.step(`如何檢視個人身分資訊 ${agency ? '4: 公務人員' : '3: 自然人'}`, async () => {
    const fact = (name: string) => pages.main.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) }).getByRole('definition');
    await expect(fact('一般民眾 / 公務人員')).toHaveText(agency ? '公務人員' : '自然人');
    await expect(fact('所屬機關或單位(公務人員適用)')).toHaveText(agency ? agency.name : '－');
    await look(page, agency ? `identity-4-${agency.name}` : 'identity-3');
  });
}

/** 申請公務帳號步驟 2 to 4. */
export async function openTheApplication(pages: CivilServantPages): Promise<void> {
  const { page } = pages;
  await test.step('申請公務帳號步驟 2: 我的專區', async () => {
    await page.getByRole('banner').getByRole('link', { name: '我的專區' }).click();
    const menu = page.getByRole('navigation', { name: '會員資料管理' });
    for (const place of ['個人資料查詢', '個人資料維護', '密碼維護', '刪除帳號']) await expect(menu.getByRole('link', { name: place })).toBeVisible();
    // Only when it works.
    await expect(menu.getByText('憑證上傳')).toHaveCount(0);
  });
  await test.step('申請公務帳號步驟 3: 申請公務帳號, at the left', async () => {
    await page.getByRole('navigation', { name: '會員資料管理' }).getByRole('link', { name: '申請公務帳號' }).click();
    await expect(pages.heading).toHaveText('申請公務帳號');
  });
  await test.step('申請公務帳號步驟 4: what is to be filled in, and what is said of it', async () => {
    for (const field of [pages.oid, pages.reason, pages.confirmed]) await expect(field).toHaveAttribute('required');
    await expect(pages.agencyName).toHaveAttribute('readonly');
    for (const text of INSTRUCTIONS) await expect(pages.main).toContainText(text);
    await look(page, 'a4-application');
  });
}

/** 申請公務帳號步驟 4-1 to 4-3, up to the agency's page. */
export async function lookUp(pages: CivilServantPages, agency: Agency): Promise<void> {
  await test.step('申請公務帳號步驟 4-1: 查詢機關OID', () => pages.lookUp.click());
  await test.step('申請公務帳號步驟 4-2: 政府物件識別碼(OID)查詢', async () => {
    await expect(pages.heading).toHaveText('政府物件識別碼(OID)查詢');
    // [備註]
    await expect(pages.main).toContainText('您所服務的機關如果沒有 OID，可選擇您上層機關的 OID，或向機關申請新的 OID。');
    await look(pages.page, 'a4-2-register');
  });
  await test.step(`申請公務帳號步驟 4-3: ${agency.asked}`, async () => {
    await pages.query.fill(agency.asked);
    await pages.search.click();
    await look(pages.page, 'a4-3-found');
    await expect(pages.main.getByRole('listitem').filter({ hasText: agency.oid }).first()).toContainText(agency.name);
    await pages.main.getByRole('link', { name: agency.name, exact: true }).click();
    await expect(pages.heading).toHaveText(agency.name);
    await expect(pages.main.getByText('機關OID', { exact: true })).toBeVisible();
    await expect(pages.main.getByText(agency.oid, { exact: true })).toBeVisible();
    await look(pages.page, 'a4-3-agency');
  });
}

/** 申請公務帳號步驟 5, from the agency's page: the OID is copied and pasted, or typed where there are no scripts. */
export async function fillIn(pages: CivilServantPages, agency: Agency, scripts: boolean): Promise<void> {
  const { page } = pages;
  await test.step('申請公務帳號步驟 5: 新機關OID', async () => {
    if (scripts) {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await pages.main.getByRole('button', { name: '複製' }).click();
      await expect(pages.main.getByRole('button', { name: '已複製' })).toBeVisible();
    } else await expect(pages.main.getByRole('button', { name: '複製' })).toBeHidden();
    await page.getByRole('banner').getByRole('link', { name: '我的專區' }).click();
    await page.getByRole('link', { name: '申請公務帳號' }).click();
    if (scripts) {
      await pages.oid.focus();
      await page.keyboard.press('ControlOrMeta+V');
    } else await pages.oid.fill(agency.oid);
    await expect(pages.oid).toHaveValue(agency.oid);
  });
  await test.step('申請公務帳號步驟 5: 新機關名稱 comes by itself', async () => {
    await (scripts ? pages.agencyName : pages.fetchName).click();
    await expect(pages.agencyName).toHaveValue(agency.name);
  });
  await choose(pages);
}

async function choose(pages: CivilServantPages): Promise<void> {
  await test.step('申請公務帳號步驟 5: 公務人員, 我已確認上述資料與證件相符', async () => {
    await pages.reason.selectOption('公務人員');
    await pages.confirmed.check();
    await look(pages.page, 'a5-filled-in');
    await pages.send.click();
  });
}

/** 申請公務帳號步驟 5 again, by the way that the agency's page offers. */
export async function chooseThisAgency(pages: CivilServantPages, agency: Agency): Promise<void> {
  await pages.main.getByRole('link', { name: '選擇這個機關' }).click();
  await expect(pages.oid).toHaveValue(agency.oid);
  await expect(pages.agencyName).toHaveValue(agency.name);
  await choose(pages);
}

/** 申請公務帳號步驟 6; 取消 first, and 確定 when that may happen. */
export async function confirm(pages: CivilServantPages, agency: Agency, first: () => Promise<void> = async () => {}): Promise<void> {
  await test.step('申請公務帳號步驟 6: 請確認是否要申請？', async () => {
    const question = pages.page.getByRole('heading', { name: '請確認是否要申請？' });
    await expect(question).toBeVisible();
    await look(pages.page, 'a6-question');
    await pages.cancel.click();
    await expect(question).toBeHidden();
    await expect(pages.oid, 'nothing is lost').toHaveValue(agency.oid);
    await expect(pages.reason).toHaveValue('civil_servant');
    await expect(pages.confirmed).toBeChecked();
    await pages.send.click();
    await expect(question).toBeVisible();
    await first();
    await pages.yes.click();
  });
}

/** 申請公務帳號步驟 7-1. axe, which is a script, sees 審核中 here, where it is seconds long. */
export async function expectReview(pages: CivilServantPages, scripts: boolean): Promise<void> {
  await test.step('申請公務帳號步驟 7-1: 審核中, and then approved', async () => {
    await pages.expectState('審核中');
    await expect(pages.main).toContainText('您的申請已進入審核程序。');
    await expect(pages.main).toContainText('1 個工作天');
    await look(pages.page, 'a7-1-review');
    if (scripts) await inEveryDress(pages.page, '審核中');
    await pages.waitFor('您的帳號已是公務帳號');
    await look(pages.page, 'a7-1-approved');
  });
}
