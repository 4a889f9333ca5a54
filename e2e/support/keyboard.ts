import { expect, type Locator, type Page } from '@playwright/test';

/** Presses Tab until this has the focus. Each stop on the way must be seen to have it. */
export async function tabTo(page: Page, target: Locator, most = 40): Promise<void> {
  await expect(target).toBeVisible();
  const stops: string[] = [];
  for (let pressed = 0; pressed < most; pressed++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        name: element.outerHTML.slice(0, 100),
        seen: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
        inView: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      };
    });
    if (!stop) continue;
    expect(stop.seen, `the focus is seen on ${stop.name}`).toBe(true);
    expect(stop.inView, `what has the focus is in view: ${stop.name}`).toBe(true);
    stops.push(stop.name);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead there. It led to:\n${stops.join('\n')}`);
}
