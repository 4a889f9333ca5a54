import { expect, type Locator, type Page } from '@playwright/test';

import type { Person } from '../support/sites.ts';

/** 申請公務帳號 at MyEGov, and the register of agencies that it opens. */
export class CivilServantPages {
  readonly page: Page;
  readonly site: string;
  readonly main: Locator;
  readonly oid: Locator;
  readonly lookUp: Locator;
  readonly agencyName: Locator;
  readonly fetchName: Locator;
  readonly reason: Locator;
  readonly confirmed: Locator;
  readonly send: Locator;
  readonly yes: Locator;
  readonly cancel: Locator;
  readonly query: Locator;
  readonly search: Locator;
  readonly file: Locator;

  constructor(page: Page, site: string) {
    this.page = page;
    this.site = site;
    const main = page.getByRole('main');
    this.main = main;
    this.oid = main.getByLabel('新機關OID');
    this.lookUp = main.getByRole('link', { name: '查詢機關OID' });
    this.agencyName = main.getByLabel('新機關名稱');
    this.fetchName = main.getByRole('button', { name: '帶入機關名稱' });
    this.reason = main.getByLabel('申請原因');
    this.confirmed = main.getByLabel('我已確認上述資料與證件相符');
    this.send = main.getByRole('button', { name: '送出資料' });
    this.yes = page.getByRole('button', { name: '確定' });
    this.cancel = page.getByRole('button', { name: '取消', exact: true });
    this.query = main.getByRole('searchbox', { name: '機關名稱或 OID' });
    this.search = main.getByRole('button', { name: '搜尋' });
    this.file = main.getByLabel('已簽名的申請書');
  }

  async signIn(person: Person): Promise<void> {
    await this.page.goto(`${this.site}/sign-in`);
    await this.page.getByLabel('帳號', { exact: true }).fill(person.username);
    await this.page.getByLabel('密碼', { exact: true }).fill(person.password);
    await this.page.getByRole('button', { name: '登入', exact: true }).click();
    await expect(this.page.getByRole('banner')).toContainText(`Hi, ${person.name} 您好`);
  }

  /** Steps 2 and 3: 我的專區, 申請公務帳號. */
  async open(): Promise<void> {
    await this.page.getByRole('link', { name: '我的專區' }).click();
    await this.page.getByRole('link', { name: '申請公務帳號' }).click();
    await expect(this.heading).toHaveText('申請公務帳號');
  }

  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** The state of the case, as the page says it. */
  async expectState(state: string): Promise<void> {
    await expect(this.main.getByRole('heading', { name: `目前狀態： ${state}` })).toBeVisible();
  }

  /** Looks again until the case is there. */
  async waitFor(text: string): Promise<void> {
    await expect(async () => {
      await this.page.reload();
      await expect(this.main).toContainText(text, { timeout: 500 });
    }).toPass();
  }
}
