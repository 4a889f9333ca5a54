import { expect, type Locator, type Page } from '@playwright/test';

/** The bell in the mast, and what stands behind it. */
export class Bell {
  readonly page: Page;
  readonly button: Locator;
  readonly panel: Locator;
  readonly items: Locator;
  readonly markAll: Locator;
  readonly more: Locator;
  readonly settings: Locator;
  readonly said: Locator;

  constructor(page: Page) {
    const banner = page.getByRole('banner');
    this.page = page;
    this.button = banner.getByRole('button', { name: /^(通知|Notifications) / });
    this.panel = banner.getByRole('region', { name: /^(通知|Notifications)$/ });
    this.items = this.panel.getByRole('listitem');
    this.markAll = this.panel.getByRole('button', { name: /^(全部標為已讀|Mark all as read)$/ });
    this.more = this.panel.getByRole('button', { name: /^(顯示更多|Show more)$/ });
    this.settings = this.panel.getByRole('link', { name: /^(通知設定|How you are told)$/ });
    this.said = banner.getByRole('status');
  }

  /** Waits until it says that there are so many. */
  async expectUnread(count: number): Promise<void> {
    await expect(this.button).toHaveAccessibleName(count ? `通知 ${count} 則未讀` : '通知 沒有未讀');
  }

  async open(): Promise<void> {
    await this.button.click();
    await expect(this.button).toHaveAttribute('aria-expanded', 'true');
    await expect(this.panel).toBeVisible();
  }
}
