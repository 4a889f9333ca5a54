import { expect, type Locator, type Page } from '@playwright/test';

/** 我的登入. */
export class SessionsPage {
  readonly page: Page;
  readonly rows: Locator;
  readonly current: Locator;
  readonly dialog: Locator;
  readonly outcome: Locator;

  constructor(page: Page) {
    this.page = page;
    this.rows = page.getByRole('table').locator('tbody').getByRole('row');
    this.current = this.rows.filter({ hasText: '這個裝置' });
    this.dialog = page.getByRole('alertdialog', { name: '結束這個登入？' });
    this.outcome = page.getByRole('main').getByRole('status').filter({ hasText: '已結束該登入。' });
  }

  async open(): Promise<void> {
    await this.page.goto('/sessions');
    await expect(this.current).toBeVisible();
  }
}
