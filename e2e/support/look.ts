import { join } from 'node:path';

import type { Page } from '@playwright/test';

/** Saves what is seen at a telephone and at a desk, for those who look at it: EMIC_LOOK names a folder. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['EMIC_LOOK'];
  if (!folder) return;
  const before = page.viewportSize();
  for (const [width, height] of [
    [360, 780],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
  if (before) await page.setViewportSize(before);
}
