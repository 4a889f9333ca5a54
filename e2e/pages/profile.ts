import { expect, type Locator, type Page } from '@playwright/test';

/** 個人資料維護. */
export class ProfilePage {
  readonly page: Page;
  readonly save: Locator;
  readonly cancel: Locator;
  readonly faults: Locator;
  readonly saved: Locator;
  readonly failed: Locator;
  readonly restored: Locator;
  readonly discarded: Locator;
  readonly discard: Locator;
  readonly conflict: Locator;
  readonly keep: Locator;

  constructor(page: Page) {
    this.page = page;
    const main = page.getByRole('main');
    this.save = main.getByRole('button', { name: '修改', exact: true });
    this.cancel = main.getByRole('button', { name: '取消', exact: true });
    this.faults = main.getByRole('alert').filter({ hasText: '請修正下列欄位' });
    this.saved = main.getByRole('status').filter({ hasText: '已儲存您的資料' });
    this.failed = main.getByRole('status').filter({ hasText: '連不上伺服器' });
    this.restored = main.getByRole('status').filter({ hasText: '已還原您先前輸入的內容' });
    this.discarded = main.getByRole('status').filter({ hasText: '已捨棄還原的內容' });
    this.discard = main.getByRole('button', { name: '捨棄還原的內容' });
    this.conflict = main.getByRole('region', { name: '資料在您編輯時已經變更' });
    this.keep = this.conflict.getByRole('button', { name: '採用所選內容並儲存' });
  }

  /** A field by what it is called. */
  field(label: string): Locator {
    return this.page.locator('form').getByLabel(new RegExp(`^${label}(必填)?$`));
  }

  /** The two versions of a field, of which one is chosen. */
  version(label: string, which: '我輸入的內容' | '目前儲存的內容'): Locator {
    return this.conflict.getByRole('group', { name: label }).getByRole('radio', { name: which });
  }

  async open(where = ''): Promise<void> {
    await this.page.goto(`${where}/profile`);
    await expect(this.save).toBeVisible();
  }

  async expectFault(label: string, text: string | RegExp): Promise<void> {
    const field = this.field(label);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(text);
  }
}
