import type { Locator, Page } from '@playwright/test';

const NUMERALS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const CHINESE = [...'零一二三四五六七八九'];

/** The member site's forms by the names of their fields, for whom it is the same in which language they are. */
export class MemberForms {
  readonly page: Page;
  readonly main: Locator;

  constructor(page: Page) {
    this.page = page;
    this.main = page.getByRole('main');
  }

  /** Types these; of choices, takes the one with this value, and of a list the line with this number. */
  async fill(fields: Record<string, string | number>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.main.locator(`[name="${name}"]:not([type=hidden])`);
      if (typeof value === 'number') await field.selectOption({ index: value });
      else if (['radio', 'checkbox'].includes((await field.first().getAttribute('type')) ?? '')) await field.and(this.page.locator(`[value="${value}"]`)).check();
      else await field.fill(value);
    }
  }

  /** Answers the question against robots, which is asked in words. */
  async answer(): Promise<void> {
    const asked = await this.main.locator('label[for="answer"]').innerText();
    const found = asked.match(/[二三四五六七八九]|\b(?:two|three|four|five|six|seven|eight|nine)\b/g) ?? [];
    const [left = 0, right = 0] = found.map((word) => Math.max(NUMERALS.indexOf(word), CHINESE.indexOf(word)));
    await this.fill({ answer: String(/加|plus/.test(asked) ? left + right : left - right) });
  }

  /** Presses the form's first button, which goes on. */
  async send(): Promise<void> {
    await this.main.locator('form .actions button').first().click();
  }
}
