import { expect, type Locator, type Page } from '@playwright/test';

/** 權限清查: the list, the form, and one campaign. */
export class CampaignPages {
  readonly page: Page;
  readonly list: Locator;
  readonly add: Locator;
  readonly form: Locator;
  readonly agency: Locator;
  readonly name: Locator;
  readonly instructions: Locator;
  readonly dueOn: Locator;
  readonly openIt: Locator;
  readonly facts: Locator;
  readonly progress: Locator;
  readonly chart: Locator;
  readonly items: Locator;
  readonly dialog: Locator;
  readonly outcome: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.page = page;
    this.list = page.getByRole('table', { name: '權限清查' }).locator('tbody').getByRole('row');
    this.add = main.getByRole('link', { name: '開立清查' });
    this.form = main.locator('form');
    this.agency = main.getByRole('combobox', { name: /^機關(必填)?$/ });
    this.name = main.getByLabel('名稱');
    this.instructions = main.getByLabel('清查說明');
    this.dueOn = main.getByLabel('期限');
    this.openIt = main.getByRole('button', { name: '開立', exact: true });
    this.facts = main.locator('section[aria-labelledby="campaign"]');
    this.progress = page.getByRole('table', { name: '各機關進度' });
    this.chart = main.getByRole('img', { name: /^清查進度：/ });
    this.items = page.getByRole('table', { name: '清查項目' }).locator('tbody').getByRole('row');
    this.dialog = page.getByRole('dialog');
    this.outcome = main.getByRole('region', { name: '清查項目' }).getByRole('status');
  }

  /** Opens a campaign of the fire bureau; its address. */
  async open(name: string, dueOn: string): Promise<string> {
    await this.page.goto('/manage/campaigns');
    await this.add.click();
    await this.agency.fill('彰化縣消防局');
    await this.page.getByRole('option', { name: '彰化縣消防局' }).first().click();
    await this.name.fill(name);
    await this.instructions.fill('請逐一確認職務是否仍需使用。');
    await this.dueOn.fill(dueOn);
    await this.openIt.click();
    await expect(this.facts).toContainText(name);
    return this.page.url();
  }

  /** Shows only the permissions of people whose name begins so. */
  async of(holder: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: '擁有者姓名（開頭）' }).fill(holder);
    await this.page.getByRole('button', { name: '查詢', exact: true }).click();
    await expect(this.items.filter({ hasNotText: holder })).toHaveCount(0);
  }

  /** The permission for this role. */
  item(role: string): Locator {
    return this.items.filter({ hasText: role });
  }

  /** How many the drawing says stand there. */
  async drawn(state: string): Promise<number> {
    const words = (await this.chart.getAttribute('aria-label')) ?? '';
    return Number(new RegExp(`${state} (\\d+)`).exec(words)?.[1]);
  }
}
