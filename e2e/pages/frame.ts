import { expect, type Locator, type Page } from '@playwright/test';

/** What surrounds every page: mast, tabs, foot, and the warning before the automatic sign-out. */
export class Frame {
  readonly page: Page;
  readonly banner: Locator;
  readonly clock: Locator;
  readonly signOut: Locator;
  readonly language: Locator;
  readonly theme: Locator;
  readonly tabs: Locator;
  readonly foot: Locator;
  readonly skip: Locator;
  readonly main: Locator;
  readonly warning: Locator;
  readonly extend: Locator;
  readonly heading: Locator;

  constructor(page: Page) {
    this.page = page;
    this.banner = page.getByRole('banner');
    this.clock = this.banner.getByRole('timer');
    this.signOut = this.banner.getByRole('button', { name: /^(登出|Sign out)$/ });
    this.language = this.banner.getByRole('button', { name: /^(English|中文)$/ });
    this.theme = this.banner.getByRole('button', { name: /^(色彩|Colours)/ });
    this.tabs = page.getByRole('navigation', { name: /^(主選單|Main menu)$/ });
    this.foot = page.getByRole('contentinfo');
    this.skip = page.getByRole('link', { name: /^(跳到主要內容|Skip to main content)$/ });
    this.main = page.getByRole('main');
    this.warning = page.getByRole('alertdialog', { name: /^(即將自動登出|You will be signed out soon)$/ });
    this.extend = this.warning.getByRole('button', { name: /^(延長|Stay signed in)$/ });
    this.heading = page.getByRole('heading', { level: 1 });
  }

  /** The seconds that the countdown shows. */
  async secondsLeft(): Promise<number> {
    const text = (await this.clock.textContent()) ?? '';
    const [, minutes, seconds] = /(\d+):(\d\d)$/.exec(text) ?? [];
    expect(seconds, `${text} ends with minutes and seconds`).toBeDefined();
    return Number(minutes) * 60 + Number(seconds);
  }

  /** Waits for a countdown between these bounds, in seconds. */
  async expectSecondsLeft(least: number, most: number): Promise<void> {
    await expect(async () => {
      const left = await this.secondsLeft();
      expect(left).toBeGreaterThanOrEqual(least);
      expect(left).toBeLessThanOrEqual(most);
    }).toPass({ timeout: 15_000 });
  }

  async expectSignedInAs(name: string): Promise<void> {
    await expect(this.banner.getByText(name, { exact: true })).toBeVisible();
    await expect(this.clock).toBeVisible();
  }

  async expectSignedOut(): Promise<void> {
    await expect(this.heading).toHaveText('會員登入');
    await expect(this.signOut).toHaveCount(0);
    await expect(this.clock).toHaveCount(0);
  }
}
