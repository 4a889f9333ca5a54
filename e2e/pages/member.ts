import { expect, type Locator, type Page } from '@playwright/test';

/** What somebody registers with, as the manual's example has it. */
export interface Applicant {
  readonly account: string;
  readonly password: string;
  readonly name: string;
  readonly email: string;
}

const NUMERALS = '零一二三四五六七八九';

/** The member site's pages of registration and of mailed links. */
export class MemberPages {
  readonly page: Page;
  readonly main: Locator;
  readonly heading: Locator;
  readonly step: Locator;
  readonly next: Locator;
  readonly back: Locator;
  readonly complaint: Locator;

  constructor(page: Page) {
    this.page = page;
    this.main = page.getByRole('main');
    this.heading = page.getByRole('heading', { level: 1 });
    this.step = page.getByRole('heading', { level: 2 });
    this.next = page.getByRole('button', { name: '下一步' });
    this.back = page.getByRole('button', { name: '上一步' });
    this.complaint = page.getByRole('alert');
  }

  field(name: string): Locator {
    return this.page.getByLabel(name, { exact: true });
  }

  async fillAccount({ account, password }: Applicant): Promise<void> {
    await expect(this.step).toContainText('選擇您的帳號及密碼');
    await this.field('帳號').fill(account);
    await this.field('設定密碼').fill(password);
    await this.field('確認密碼').fill(password);
    await this.next.click();
  }

  async fillBasics({ name, email }: Applicant, choice: RegExp): Promise<void> {
    await expect(this.step).toContainText('請提供您的基本資料');
    await this.field('中文姓名').fill(name);
    await this.field('電子信箱').fill(email);
    await this.field('確認電子信箱').fill(email);
    await this.page.getByLabel('暱稱').fill('小晴');
    await this.page.getByLabel(choice).check();
    await this.next.click();
  }

  /** 進階資料; without scripts a button lists the county's districts. */
  async fillDetails(withScripts: boolean): Promise<void> {
    await expect(this.step).toContainText('進階資料提供');
    await this.field('民國').fill('70');
    await this.page.getByRole('textbox', { name: '月', exact: true }).fill('01');
    await this.page.getByRole('textbox', { name: '日', exact: true }).fill('01');
    await this.page.getByLabel('身分證字號').check();
    await this.field('號碼').fill('A123456789');
    await this.page.getByLabel('女性').check();
    await this.field('縣市').selectOption('臺北市');
    if (!withScripts) await this.page.getByRole('button', { name: '列出鄉鎮市區' }).click();
    await this.field('鄉鎮市區').selectOption('文山區');
    if (withScripts) await expect(this.page.getByLabel('郵遞區號')).toHaveValue('116');
    await this.field('路街門牌').fill('示範路1號');
    await this.field('聯絡電話').fill('0223456789');
    await this.page.getByLabel('分機').fill('123');
    if (!withScripts) {
      // The page was loaded anew: what had been filled in is still there.
      await expect(this.field('民國')).toHaveValue('70');
    }
    await this.next.click();
  }

  async fillRecovery(): Promise<void> {
    await expect(this.step).toContainText('請設定您的忘記密碼救援選項');
    await this.field('密碼提示問題').selectOption('我就讀的國小叫什麼名字?');
    await this.field('您的回答').fill('示範國小');
    await this.page.getByLabel('救援手機門號').fill('0912345678');
    await this.next.click();
  }

  /** Answers the question against robots, in words or in digits. */
  async answerTheQuestion(): Promise<void> {
    const field = this.page.getByLabel(/等於多少？$/);
    const asked = (await this.page.locator('label[for="answer"]').textContent()) ?? '';
    const [left = '', sign = '', right = ''] = asked.trim();
    const [one, other] = [NUMERALS.indexOf(left), NUMERALS.indexOf(right)];
    await field.fill(String(sign === '加' ? one + other : one - other));
  }

  async confirm(): Promise<void> {
    await expect(this.step).toContainText('註冊確認');
    await this.answerTheQuestion();
    await this.page.getByLabel(/我已經詳細閱讀並同意/).check();
    await this.page.getByRole('button', { name: '建立我的帳戶' }).click();
  }

  async signIn({ account, password }: Pick<Applicant, 'account' | 'password'>): Promise<void> {
    await this.field('帳號').fill(account);
    await this.field('密碼').fill(password);
    await this.page.getByRole('button', { name: '登入', exact: true }).click();
  }
}
