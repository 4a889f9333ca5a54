import { expect, type Locator, type Page } from '@playwright/test';

import type { Person } from '../support/sites.ts';

/** What somebody types to sign in. */
type Credentials = Pick<Person, 'username' | 'password'>;

/** MyEGov's own pages, in whichever window they are. */
export class MyEGovPages {
  readonly page: Page;
  readonly via: Locator;
  readonly account: Locator;
  readonly password: Locator;
  readonly signIn: Locator;
  readonly cancel: Locator;
  readonly agree: Locator;
  readonly disagree: Locator;

  constructor(page: Page) {
    this.page = page;
    this.via = page.getByText('您將透過『我的E政府』帳號進行『EMIC』登入');
    this.account = page.getByLabel('帳號', { exact: true });
    this.password = page.getByLabel('密碼', { exact: true });
    this.signIn = page.getByRole('button', { name: '登入', exact: true });
    this.cancel = page.getByRole('button', { name: '取消' });
    this.agree = page.getByRole('button', { name: '同意', exact: true });
    this.disagree = page.getByRole('button', { name: '不同意' });
  }

  /** Signs in, up to the question whether the portal may read the data. */
  async identify(person: Credentials): Promise<void> {
    await expect(this.via).toBeVisible();
    await this.account.fill(person.username);
    await this.password.fill(person.password);
    await this.signIn.click();
  }

  /** Signs in and agrees, as one does the first time. */
  async signInAndAgree(person: Credentials): Promise<void> {
    await this.identify(person);
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('EMIC 想要讀取您的資料');
    await this.agree.click();
  }

  /** Signs in, and agrees unless the member has agreed in an earlier test. */
  async passThrough(person: Credentials): Promise<void> {
    const here = new URL(this.page.url()).origin;
    await this.identify(person);
    const asked = this.agree.waitFor().then(() => true);
    const gone = Promise.race([
      this.page.waitForEvent('close'),
      this.page.waitForURL((url) => url.origin !== here, { waitUntil: 'commit' }),
    ]).then(() => false);
    asked.catch(() => {});
    gone.catch(() => {});
    if (await Promise.race([asked, gone])) await this.agree.click();
  }
}
