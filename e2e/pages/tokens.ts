import { expect, type Locator, type Page } from '@playwright/test';

/** 存取權杖. */
export class TokensPage {
  readonly page: Page;
  readonly name: Locator;
  readonly days: Locator;
  readonly faults: Locator;
  readonly restored: Locator;
  readonly submit: Locator;
  readonly secret: Locator;
  readonly rows: Locator;
  readonly dialog: Locator;
  readonly outcome: Locator;

  constructor(page: Page) {
    this.page = page;
    this.name = page.getByRole('textbox', { name: '名稱' });
    this.days = page.getByRole('combobox', { name: '有效期間' });
    this.faults = page.getByRole('alert').filter({ hasText: '請修正下列欄位' });
    this.restored = page.getByRole('status').filter({ hasText: '已還原您先前輸入的內容' });
    this.submit = page.getByRole('button', { name: '建立', exact: true });
    this.secret = page.getByRole('group', { name: '新的權杖' });
    this.rows = page.getByRole('table').locator('tbody').getByRole('row');
    this.dialog = page.getByRole('alertdialog', { name: '撤銷這個權杖？' });
    this.outcome = page.getByRole('main').getByRole('status').filter({ hasText: '已撤銷該權杖。' });
  }

  async open(): Promise<void> {
    await this.page.goto('/tokens');
    await expect(this.name).toBeVisible();
    await expect(this.page.locator('.skeleton')).toHaveCount(0);
  }

  /** The box for one deed in one area: 讀取 in 公告. */
  scope(area: string, deed: string): Locator {
    return this.page.getByRole('group', { name: area, exact: true }).getByRole('checkbox', { name: deed });
  }

  /** Makes a token by the form; its secret. */
  async make(name: string, scopes: [area: string, deed: string][]): Promise<string> {
    await this.name.fill(name);
    for (const [area, deed] of scopes) await this.scope(area, deed).check();
    await this.submit.click();
    await expect(this.secret).toBeVisible();
    return this.secret.locator('code').innerText();
  }
}
