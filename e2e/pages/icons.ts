import { expect, type Locator, type Page } from '@playwright/test';

import type { Sheet } from './attachments.ts';

/** 圖示: the picture of an application, on its page in the console. */
export class IconPanel {
  readonly page: Page;
  readonly section: Locator;
  readonly input: Locator;
  readonly picture: Locator;
  readonly glyph: Locator;
  readonly status: Locator;
  readonly fault: Locator;
  readonly remove: Locator;

  constructor(page: Page) {
    this.page = page;
    this.section = page.getByRole('region', { name: '圖示', exact: true });
    this.input = this.section.getByLabel('選擇圖片');
    this.picture = this.section.locator('img');
    this.glyph = this.section.locator('[aria-hidden="true"]');
    this.status = this.section.getByRole('status');
    this.fault = this.section.getByRole('alert');
    this.remove = this.section.getByRole('button', { name: '移除 圖示' });
  }

  async open(code: string): Promise<void> {
    await this.page.goto(`/manage/applications/${code}`);
    await expect(this.input).toBeVisible();
  }

  /** Chooses a picture that is taken; its address. */
  async choose(file: Sheet): Promise<string> {
    await this.input.setInputFiles(file);
    await expect(this.status).toHaveText(/^已更換圖片/);
    return (await this.picture.getAttribute('src')) ?? '';
  }
}
