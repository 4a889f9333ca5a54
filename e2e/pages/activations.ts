import { expect, type Locator, type Page } from '@playwright/test';

/** 管理 → 應變編組: the lists, and one of them. */
export class SurgeListPage {
  readonly page: Page;
  readonly begin: Locator;
  readonly entries: Locator;
  readonly add: Locator;
  readonly list: Locator;

  constructor(page: Page) {
    this.page = page;
    this.begin = page.getByRole('region', { name: '建立編組' });
    this.entries = page.getByRole('table', { name: '編組人員' }).locator('tbody').getByRole('row');
    this.add = page.getByRole('region', { name: '增列人員' });
    this.list = page.getByRole('main').locator('section').first();
  }

  async open(): Promise<void> {
    await this.page.goto('/manage/surge-lists');
    await expect(this.begin).toBeVisible();
  }

  /** Begins a list for 彰化縣政府. */
  async create(name: string, level: string): Promise<void> {
    await this.open();
    await this.begin.getByLabel('編組名稱').fill(name);
    await this.begin.getByRole('combobox', { name: '適用機關' }).fill('彰化縣政府');
    await this.page.getByRole('option', { name: /^彰化縣政府/ }).first().click();
    await this.begin.getByRole('combobox', { name: /自何等級起/ }).selectOption({ label: level });
    await this.begin.getByRole('button', { name: '建立', exact: true }).click();
    await expect(this.page.getByRole('heading', { name: '應變編組', level: 1 })).toBeVisible();
    await expect(this.list).toContainText(name);
  }

  /** Opens the list of this name. */
  async show(name: string): Promise<void> {
    await this.page.goto('/manage/surge-lists');
    await this.page.getByRole('link', { name }).click();
    await expect(this.list).toContainText(name);
  }

  /** Puts somebody on it, found by the account name. */
  async put(username: string, role: string): Promise<void> {
    await this.add.getByRole('searchbox', { name: '姓名或帳號' }).fill(username);
    await this.add.getByRole('button', { name: '查詢' }).click();
    await this.add.getByRole('combobox', { name: /^人員/ }).selectOption({ index: 1 });
    await this.add.getByRole('combobox', { name: /^角色/ }).selectOption({ label: role });
    await this.add.getByRole('button', { name: '增列', exact: true }).click();
    await expect(this.done('已增列')).toBeFocused();
  }

  button(name: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name, exact: true });
  }

  /** What a deed said in the end. */
  done(words: string): Locator {
    return this.page.getByRole('status').filter({ hasText: words });
  }
}

/** 管理 → 應變中心開設: the events, the form, and one event. */
export class ActivationPage {
  readonly page: Page;
  readonly running: Locator;
  readonly preview: Locator;
  readonly grants: Locator;
  readonly standing: Locator;

  constructor(page: Page) {
    this.page = page;
    this.running = page.getByRole('region', { name: '開設中' });
    this.preview = page.getByRole('region', { name: '開設後立即生效' });
    this.grants = page.getByRole('table', { name: '授予的權限' }).locator('tbody').getByRole('row');
    this.standing = page.getByRole('complementary', { name: '開設中的應變中心' });
  }

  async open(): Promise<void> {
    await this.page.goto('/manage/activations');
    await expect(this.page.getByRole('heading', { name: '應變中心開設', level: 1 })).toBeVisible();
  }

  /** Fills in the form for 彰化縣政府 and looks at what it would do. */
  async look(name: string, level: string): Promise<void> {
    await this.page.goto('/manage/activations/new');
    await this.page.getByRole('textbox', { name: /^名稱/ }).fill(name);
    await this.page.getByRole('combobox', { name: /^開設等級/ }).selectOption({ label: level });
    await this.page.getByRole('combobox', { name: '開設機關' }).fill('彰化縣政府');
    await this.page.getByRole('option', { name: /^彰化縣政府/ }).first().click();
    await expect(this.page.getByRole('listitem').filter({ hasText: '彰化縣政府' })).toBeVisible();
    await this.page.getByRole('button', { name: '預覽' }).click();
    await expect(this.preview.getByRole('heading')).toBeFocused();
  }

  /** Confirms a question. */
  async confirm(title: string): Promise<void> {
    const dialog = this.page.getByRole('alertdialog', { name: title });
    await dialog.getByRole('button', { name: '確定' }).click();
  }

  /** What a deed said in the end. */
  done(words: string): Locator {
    return this.page.getByRole('status').filter({ hasText: words });
  }
}
