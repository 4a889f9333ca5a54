import { expect, type Locator, type Page } from '@playwright/test';

/** A day in Taiwan, so many days from now, as date inputs take it. */
export function day(fromNow: number): string {
  const at = Date.now() + fromNow * 24 * 60 * 60 * 1000;
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Taipei' }).format(at);
}

/** A reason that breaks no rule. */
export const REASON = '颱風期間輪值應變中心，需要登打災情。';

/** 應用系統權限申請: the list. */
export class RequestsPage {
  readonly page: Page;
  readonly rows: Locator;
  readonly add: Locator;
  readonly filter: Locator;

  constructor(page: Page) {
    this.page = page;
    this.rows = page.getByRole('table').locator('tbody').getByRole('row');
    this.add = page.getByRole('link', { name: '新申請' });
    this.filter = page.getByRole('navigation', { name: '依狀態篩選' });
  }

  async open(): Promise<void> {
    await this.page.goto('/access');
    await expect(this.add).toBeVisible();
  }
}

/** One request. */
export class RequestPage {
  readonly page: Page;
  readonly sent: Locator;
  readonly history: Locator;
  readonly withdraw: Locator;
  readonly dialog: Locator;
  readonly outcome: Locator;
  readonly again: Locator;
  readonly correct: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.page = page;
    this.sent = main.getByRole('status').filter({ hasText: '申請已送出' });
    this.history = page.getByRole('region', { name: '處理歷程' }).getByRole('listitem');
    this.withdraw = main.getByRole('button', { name: '撤回申請' });
    this.dialog = page.getByRole('alertdialog', { name: '撤回這件申請？' });
    this.again = main.getByRole('link', { name: '重新申請' });
    this.correct = main.getByRole('region', { name: '承辦人請您補正：' });
    this.outcome = main.getByRole('status').filter({ hasText: '已撤回這件申請' });
  }
}

/** 申請權限: the form and its second step. */
export class RequestForm {
  readonly page: Page;
  readonly application: Locator;
  readonly roles: Locator;
  readonly agency: Locator;
  readonly reason: Locator;
  readonly startsOn: Locator;
  readonly endsOn: Locator;
  readonly next: Locator;
  readonly review: Locator;
  readonly send: Locator;
  readonly edit: Locator;
  readonly alert: Locator;
  readonly restored: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.page = page;
    this.application = main.getByRole('combobox', { name: /^應用系統(必填)?$/ });
    this.roles = main.getByRole('group', { name: '角色' });
    this.agency = main.getByRole('combobox', { name: '申請機關' });
    this.reason = main.getByLabel('申請理由');
    this.startsOn = main.getByLabel('開始日期');
    this.endsOn = main.getByLabel('結束日期');
    this.next = main.getByRole('button', { name: '下一步：確認內容' });
    this.review = page.getByRole('region', { name: '請確認申請內容' });
    this.send = main.getByRole('button', { name: '確認送出' });
    this.edit = main.getByRole('button', { name: '返回修改' });
    this.alert = main.getByRole('alert');
    this.restored = main.getByRole('status').filter({ hasText: '已還原您先前輸入的內容' });
  }

  async open(application?: string): Promise<void> {
    await this.page.goto(application ? `/access/new?application=${application}` : '/access/new');
    await expect(this.next).toBeVisible();
  }

  role(name: string): Locator {
    return this.roles.getByRole('checkbox', { name });
  }

  /** Fills in what breaks no rule, for an application that is chosen already. */
  async fill(role = '災情查通報'): Promise<void> {
    await this.role(role).check();
    await this.reason.fill(REASON);
    await this.endsOn.fill(day(30));
  }
}

/** Asks for a role of EMIC 應變服務 by the form. */
export async function ask(page: Page, role: string): Promise<void> {
  const form = new RequestForm(page);
  await form.open('emic');
  await form.fill(role);
  await form.next.click();
  await form.send.click();
  await expect(new RequestPage(page).sent).toBeVisible();
}
