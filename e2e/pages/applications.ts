import { expect, type Locator, type Page } from '@playwright/test';

/** 管理 → 應用系統管理: the list, one application, one role. */
export class ApplicationsPage {
  readonly page: Page;
  readonly rows: Locator;
  readonly query: Locator;
  readonly state: Locator;
  readonly search: Locator;
  readonly add: Locator;
  readonly code: Locator;
  readonly name: Locator;
  readonly english: Locator;
  readonly description: Locator;
  readonly glyph: Locator;
  readonly launch: Locator;
  readonly opened: Locator;
  readonly create: Locator;
  readonly save: Locator;
  readonly roles: Locator;
  readonly conflicts: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    const field = (name: RegExp): Locator => main.getByRole('textbox', { name });
    this.page = page;
    this.rows = page.getByRole('table', { name: '應用系統管理' }).locator('tbody').getByRole('row');
    this.query = page.getByRole('searchbox', { name: '名稱或代碼' });
    this.state = main.getByRole('search').getByRole('combobox', { name: '狀態' });
    this.search = main.getByRole('button', { name: '查詢', exact: true });
    this.add = main.getByRole('link', { name: '新增應用系統' });
    this.code = field(/^代碼/);
    this.name = field(/^中文名稱/);
    this.english = field(/^英文名稱/);
    this.description = field(/^中文說明/);
    this.glyph = field(/^圖示/);
    this.launch = field(/^啟動網址/);
    this.opened = main.getByRole('group', { name: '啟動與顯示' }).getByRole('combobox', { name: /^狀態/ });
    this.create = main.getByRole('button', { name: '新增', exact: true });
    this.save = main.getByRole('button', { name: '儲存', exact: true });
    this.roles = page.getByRole('table', { name: '角色' }).locator('tbody').getByRole('row');
    this.conflicts = page.getByRole('table', { name: '職務衝突' }).locator('tbody').getByRole('row');
  }

  async open(): Promise<void> {
    await this.page.goto('/manage/applications');
    await expect(this.rows.first()).toBeVisible();
  }

  async show(code: string): Promise<void> {
    await this.page.goto(`/manage/applications/${code}`);
    await expect(this.name).toBeVisible();
  }

  /** What a deed said in the end. */
  said(words: string): Locator {
    return this.page.getByRole('status').filter({ hasText: words });
  }
}
