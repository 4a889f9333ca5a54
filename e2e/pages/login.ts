import { expect, type Locator, type Page } from '@playwright/test';

import type { Person } from '../support/sites.ts';

/** 會員登入. */
export class LoginPage {
  readonly page: Page;
  readonly egov: Locator;
  readonly emic: Locator;
  readonly goToEgov: Locator;
  readonly username: Locator;
  readonly password: Locator;
  readonly submit: Locator;
  readonly alert: Locator;

  constructor(page: Page) {
    this.page = page;
    this.egov = page.getByRole('region', { name: '使用『我的E政府』帳號登入' });
    this.emic = page.getByRole('region', { name: '使用『EMIC』註冊帳號登入' });
    this.goToEgov = this.egov.getByRole('button', { name: '前往『我的E政府』登入' });
    this.username = this.emic.getByLabel('帳號', { exact: true });
    this.password = this.emic.getByLabel('密碼', { exact: true });
    this.submit = this.emic.getByRole('button', { name: '登入', exact: true });
    this.alert = page.getByRole('main').getByRole('alert');
  }

  async open(query = ''): Promise<void> {
    await this.page.goto(`/login${query}`);
    await expect(this.submit).toBeVisible();
  }

  async signIn(person: Pick<Person, 'username' | 'password'>): Promise<void> {
    await this.username.fill(person.username);
    await this.password.fill(person.password);
    await this.submit.click();
  }
}
