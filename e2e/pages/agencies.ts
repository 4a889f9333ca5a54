import { expect, type Locator, type Page } from '@playwright/test';

/** 機關查詢. */
export class AgenciesPage {
  readonly page: Page;
  readonly query: Locator;
  readonly found: Locator;
  readonly below: Locator;
  readonly way: Locator;

  constructor(page: Page) {
    this.page = page;
    this.query = page.getByRole('searchbox', { name: '機關名稱、OID 或機關代碼' });
    this.found = page.getByRole('region', { name: '查詢結果' });
    this.below = page.getByRole('region', { name: /^(最上層機關|下層機關)$/ });
    this.way = page.getByRole('navigation', { name: '上層機關' });
  }

  async open(): Promise<void> {
    await this.page.goto('/agencies');
    await expect(this.below.getByRole('link').first()).toBeVisible();
  }

  /** The details of the agency of this name. */
  details(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }
}
