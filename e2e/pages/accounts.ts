import { expect, type Locator, type Page } from '@playwright/test';

/** The pages of links by mail and of passwords. */
export class AccountPages {
  readonly page: Page;
  readonly heading: Locator;
  readonly account: Locator;
  readonly current: Locator;
  readonly rules: Locator;
  readonly told: Locator;
  readonly alert: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.page = page;
    this.heading = page.getByRole('heading', { level: 1 });
    this.account = main.getByLabel('帳號或電子信箱');
    this.current = main.getByLabel('目前的密碼');
    this.rules = page.locator('.rules').getByRole('listitem');
    this.told = main.getByRole('status');
    this.alert = main.getByRole('alert');
  }

  get password(): Locator {
    return this.page.getByRole('main').getByLabel('新密碼', { exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name, exact: true });
  }

  /** Asks for a link to a new password. */
  async askFor(account: string): Promise<void> {
    await this.account.fill(account);
    await this.button('寄出連結').click();
    await expect(this.told.filter({ hasText: '已受理' })).toBeVisible();
  }
}

/** 邀請. */
export class InvitationsPage {
  readonly page: Page;
  readonly form: Locator;
  readonly import: Locator;
  readonly rows: Locator;
  readonly faults: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.form = page.getByRole('region', { name: '邀請一人' });
    this.import = page.getByRole('region', { name: '以名單邀請' });
    this.rows = page.getByRole('region', { name: '已寄出的邀請' }).locator('tbody').getByRole('row');
    this.faults = this.form.getByRole('alert').filter({ hasText: '請修正下列欄位' });
    this.dialog = page.getByRole('alertdialog', { name: '取消這份邀請？' });
  }

  async open(): Promise<void> {
    await this.page.goto('/manage/invitations');
    await expect(this.form).toBeVisible();
    await expect(this.page.locator('.skeleton')).toHaveCount(0);
  }

  /** Fills the form in, and sends it. */
  async invite(who: { username: string; name: string; email: string }, agency = '彰化縣消防局'): Promise<void> {
    await this.form.getByLabel('帳號').fill(who.username);
    await this.form.getByLabel('中文姓名').fill(who.name);
    await this.form.getByLabel('電子信箱').fill(who.email);
    const field = this.form.getByRole('combobox', { name: '機關' });
    if ((await field.inputValue()) !== agency) {
      await field.fill(agency);
      await this.page.getByRole('option', { name: agency }).first().click();
    }
    await this.form.getByRole('button', { name: '寄出邀請' }).click();
  }

  row(name: string): Locator {
    return this.rows.filter({ hasText: name });
  }
}
