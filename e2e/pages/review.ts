import { type Locator, type Page } from '@playwright/test';

/** 審核: the lists, and the page of one request. */
export class ReviewPage {
  readonly page: Page;
  readonly rows: Locator;
  readonly views: Locator;
  readonly opinion: Locator;
  readonly approve: Locator;
  readonly endorse: Locator;
  readonly reject: Locator;
  readonly sendBack: Locator;
  readonly comment: Locator;
  readonly history: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    const button = (name: string): Locator => main.getByRole('button', { name, exact: true });
    this.page = page;
    this.rows = page.getByRole('table').locator('tbody').getByRole('row');
    this.views = page.getByRole('navigation', { name: '審核清單' });
    this.opinion = main.getByLabel('審核意見');
    this.approve = button('核准');
    this.endorse = button('同意並轉系統承辦人');
    this.reject = button('不核准');
    this.sendBack = button('退回補正');
    this.comment = button('僅留言');
    this.history = page.getByRole('region', { name: '處理歷程' }).getByRole('listitem');
  }

  /** The request of this applicant, from the list of those that wait. */
  async choose(applicant: string): Promise<void> {
    await this.page.goto('/review');
    await this.rows.getByRole('link', { name: applicant }).click();
  }

  outcome(text: string): Locator {
    return this.page.getByRole('main').getByRole('status').filter({ hasText: text });
  }
}
