import { expect, type Locator, type Page } from '@playwright/test';

/** 首頁. */
export class HomePage {
  readonly page: Page;
  readonly tiles: Locator;
  readonly notices: Locator;

  constructor(page: Page) {
    this.page = page;
    this.tiles = page.getByRole('main').getByRole('list').getByRole('listitem');
    this.notices = page.getByRole('region', { name: '公告' }).getByRole('article');
  }

  /** Opens it, and waits until everything that extends the session has been answered. */
  async open(): Promise<void> {
    await this.page.goto('/');
    await this.expectShown();
  }

  async expectShown(): Promise<void> {
    await expect(this.tiles.first()).toBeVisible();
    await expect(this.notices.first()).toBeVisible();
  }
}
