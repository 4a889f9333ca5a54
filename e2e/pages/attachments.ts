import { expect, type Locator, type Page } from '@playwright/test';

/** A file as Playwright chooses it. */
export interface Sheet {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** 附件: of the form, of one's own request, and of one to decide on. */
export class Attachments {
  readonly section: Locator;
  readonly list: Locator;
  readonly items: Locator;
  readonly input: Locator;
  readonly status: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    // The form has a group of fields, a request a region.
    this.section = main.getByRole('group', { name: '附件' }).or(main.getByRole('region', { name: '附件' }));
    this.list = this.section.locator('[tabindex="-1"]');
    this.items = this.section.getByRole('listitem');
    this.input = this.section.getByLabel('新增附件');
    this.status = this.section.getByRole('status');
  }

  link(name: string): Locator {
    return this.section.getByRole('link', { name, exact: true });
  }

  remove(name: string): Locator {
    return this.section.getByRole('button', { name: `移除 ${name}` });
  }

  /** Adds a file that is taken. */
  async add(file: Sheet): Promise<void> {
    await this.input.setInputFiles(file);
    await expect(this.status).toHaveText(`已加入 ${file.name}`);
    await expect(this.link(file.name)).toBeVisible();
  }
}
