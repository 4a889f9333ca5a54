import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

import type { StoppedClock } from './clock.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What a look leaves out, and the clock that stands still during it. */
interface Look {
  without?: string[];
  clock?: StoppedClock | undefined;
}

/** Fails when axe finds anything on what is shown now; of colours alone where only they have changed. */
export async function expectAccessible(
  page: Page,
  what: string,
  { contrastOnly = false, without = [], clock }: Look & { contrastOnly?: boolean } = {},
): Promise<void> {
  // In one go, in the page itself: no page has frames, and a tab of its own for what axe has found takes time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (contrastOnly) axe.withRules(['color-contrast']);
  else axe.withTags(RULES).disableRules(without);
  const analysis = axe.analyze();
  const { violations } = await (clock?.whileStopped(analysis) ?? analysis);
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join('\n')}`,
  );
  expect(found, `what axe finds wrong with ${what}`).toEqual([]);
}

/** The same in light and in dark colours. */
export async function expectAccessibleInBothColours(page: Page, what: string, look: Look = {}): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await expectAccessible(page, `${what}, light`, look);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page, `${what}, dark`, { ...look, contrastOnly: true });
}

/** Fails when the page is wider than the window, so that one has to scroll sideways. */
export async function expectNoSidewaysScrolling(page: Page, what: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth - room;
    if (over <= 0) return undefined;
    const culprits = [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .map((element) => element.outerHTML.slice(0, 120));
    return { over, culprits: culprits.slice(0, 5) };
  });
  expect(wide, `${what} fits into the window`).toBeUndefined();
  // Nor does a text run over the edge of what one presses.
  const over = await page.locator('button:visible, a.button:visible').evaluateAll((controls) =>
    controls.filter((control) => control.scrollWidth > control.clientWidth + 1).map((control) => control.outerHTML),
  );
  expect(over, `on ${what} no text leaves its button`).toEqual([]);
}
