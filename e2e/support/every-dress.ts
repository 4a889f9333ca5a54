import type { Page } from '@playwright/test';

import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from './accessibility.ts';

/** Has axe look at a page in light and in dark, and looks whether it fits a telephone. */
export async function inEveryDress(page: Page, what: string): Promise<void> {
  await expectAccessibleInBothColours(page, what);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 780 });
  await expectNoSidewaysScrolling(page, what);
  if (before) await page.setViewportSize(before);
}
