import { expect, type Locator, type Page } from '@playwright/test';

/** 管理 → 人員: the list, and one person. */
export class PeoplePage {
  readonly page: Page;
  readonly query: Locator;
  readonly post: Locator;
  readonly search: Locator;
  readonly table: Locator;
  readonly rows: Locator;
  readonly posts: Locator;
  readonly give: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.query = page.getByRole('searchbox', { name: '姓名或帳號' });
    this.post = page.getByRole('combobox', { name: '職務' });
    this.search = page.getByRole('button', { name: '查詢', exact: true });
    this.table = page.getByRole('table', { name: '人員' });
    this.rows = this.table.locator('tbody').getByRole('row');
    this.posts = page.getByRole('table', { name: '職務' }).locator('tbody').getByRole('row');
    this.give = page.getByRole('region', { name: '指派職務' });
    this.dialog = page.getByRole('alertdialog', { name: /^解除「/ });
  }

  async open(): Promise<void> {
    await this.page.goto('/manage/people');
    await expect(this.rows.first()).toBeVisible();
  }

  /** Finds somebody by the account name, and opens their page. */
  async show(username: string): Promise<void> {
    await this.open();
    await this.query.fill(username);
    await this.search.click();
    await expect(this.rows).toHaveCount(1);
    await this.rows.getByRole('link').first().click();
    await expect(this.page.getByRole('heading', { name: '人員資料', level: 1 })).toBeVisible();
  }

  /** What a deed said in the end. */
  done(words: string): Locator {
    return this.page.getByRole('status').filter({ hasText: words });
  }
}
