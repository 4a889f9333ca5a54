import type { Locator, Page } from '@playwright/test';

import { ApplicationsPage } from '../pages/applications.ts';
import type { Sheet } from '../pages/attachments.ts';
import { HomePage } from '../pages/home.ts';
import { IconPanel } from '../pages/icons.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { png } from '../support/picture.ts';
import type { Portal } from '../support/sites.ts';
import { expect, failedRequest, pageOf, signIn, test as base } from '../support/test.ts';

const CENTRAL = '2.16.886.101.20003.20001.20003';
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "run"</script></svg>');

/** On a portal of its own: on the others everybody would see the pictures. */
const test = base.extend<{ own: Portal }>({
  own: async ({ sites }, use) => use(await sites.portal()),
  portal: async ({ own }, use) => use(own),
});

function picture(name: string, buffer: Buffer): Sheet {
  return { name, buffer, mimeType: 'image/png' };
}

/** That the browser shows a picture of this size, in the place that a tile has for it. */
async function expectShown(shown: Locator, side: number): Promise<void> {
  await shown.scrollIntoViewIfNeeded();
  await expect(shown).toHaveJSProperty('naturalWidth', side);
  const box = await shown.boundingBox();
  expect([box?.width, box?.height]).toEqual([52, 52]);
}

/** Signs an administrator in and opens the application's page in the console. */
async function keep(page: Page, portal: Portal, code: string): Promise<IconPanel> {
  await signIn(page, portal, await portal.newPerson('鄭系統', { agency: CENTRAL, role: 'system_administrator' }));
  const icon = new IconPanel(page);
  await icon.open(code);
  return icon;
}

test.describe('圖示', () => {
  test('an owner chooses a picture, everybody has it on their tiles, and it is replaced and taken away', async ({ page, portal, person, another }) => {
    test.slow();
    const owner = await portal.newPerson('承辦測試', { agency: CENTRAL });
    const owners = await pageOf(await another(), portal, owner);
    const me = (await (await owners.request.get(`${portal.url}/api/v1/session`)).json()) as { person: { id: string } };
    await signIn(page, portal, await portal.newPerson('鄭系統', { agency: CENTRAL, role: 'system_administrator' }));
    const given = await page.request.post(`${portal.url}/api/v1/persons/${me.person.id}/posts`, {
      data: { role: 'application_owner', application: 'emic' },
    });
    expect(given.ok(), await given.text()).toBe(true);

    const icon = new IconPanel(owners);
    await icon.open('emic');
    await expect(icon.glyph).toHaveText('應');
    await expect(icon.remove).toHaveCount(0);
    // The character is shown as it is typed.
    await new ApplicationsPage(owners).glyph.fill('變');
    await expect(icon.glyph).toHaveText('變');
    const first = await icon.choose(picture('圖示.png', png(64, 64)));
    expect(first).toMatch(/^\/api\/v1\/applications\/emic\/icon\?v=[0-9a-f]{16}$/);
    await expectShown(icon.picture, 64);

    const responders = await pageOf(await another(), portal, person);
    const home = new HomePage(responders);
    await home.open();
    const tile = home.tiles.filter({ hasText: 'EMIC 應變服務' });
    await expectShown(tile.locator('img'), 64);
    await expect(tile.locator('img')).toHaveAttribute('src', first);
    // What stands beside the name says nothing more to a screen reader.
    await expect(tile.locator('img')).toHaveAttribute('alt', '');
    await expectAccessibleInBothColours(responders, 'a tile with a picture');
    await responders.goto('/applications');
    const entry = responders.getByRole('article', { name: 'EMIC 應變服務' });
    await expectShown(entry.locator('img'), 64);
    await expectAccessibleInBothColours(responders, 'an application with a picture');

    const second = await icon.choose(picture('圖示.png', png(128, 128, 40)));
    expect(second).not.toBe(first);
    await expectShown(icon.picture, 128);
    await home.open();
    await expect(tile.locator('img')).toHaveAttribute('src', second);

    await icon.remove.click();
    await expect(icon.status).toHaveText(/^已移除圖片/);
    await expect(icon.input).toBeFocused();
    await expect(icon.picture).toHaveCount(0);
    await expect(icon.remove).toHaveCount(0);
    await home.open();
    await expect(tile.locator('[aria-hidden="true"]').first()).toHaveText('應');
    await expect(tile.locator('img')).toHaveCount(0);
  });

  test('what is no such picture is refused where it was chosen, and says what to do', async ({ page, portal, guard, frame }) => {
    guard.expect(failedRequest('/icon'));
    const icon = await keep(page, portal, 'emic');
    const kept = await icon.choose(picture('圖示.png', png(64, 64)));
    const refused: [Sheet, string][] = [
      [picture('標誌.png', SVG), '只收 PNG 或 JPEG 靜態圖檔'],
      [picture('空白.png', Buffer.alloc(0)), '檔案是空的'],
      [picture('太小.png', png(32, 32)), '圖片的邊長須為 48 至 512 像素'],
      [picture('橫幅.png', png(128, 64)), '圖片須為正方形'],
      [picture('太大.png', Buffer.alloc(64 * 1024 + 1)), '圖檔超過 64 KB'],
    ];
    for (const [file, text] of refused) {
      await icon.input.setInputFiles(file);
      await expect(icon.fault, file.name).toContainText(text);
      await expect(icon.input).toHaveAccessibleDescription(new RegExp(text));
      await expect(icon.input).toHaveAttribute('aria-invalid', 'true');
      await expect(icon.picture).toHaveAttribute('src', kept);
    }
    await expectAccessibleInBothColours(page, 'a refused picture');
    await frame.language.click();
    await expect(page.getByRole('region', { name: 'Icon', exact: true }).getByRole('alert')).toContainText('larger than 64 KB');
    await frame.language.click();
    // The next one is taken, and the fault is forgotten.
    await icon.choose(picture('圖示.png', png(96, 96)));
    await expect(icon.input).not.toHaveAttribute('aria-invalid', 'true');
    await expect(icon.fault).toHaveCount(0);
  });

  test('is chosen and taken away with the keyboard alone, and fits on a telephone', async ({ page, portal }) => {
    const icon = await keep(page, portal, 'emic');
    await new ApplicationsPage(page).save.focus();
    // Listened for early: the browser must have heard of it when the key is pressed.
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Tab');
    await expect(icon.input).toBeFocused();
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(picture('圖示.png', png(512, 512)));
    await expect(icon.status).toHaveText(/^已更換圖片/);
    await expectShown(icon.picture, 512);
    await expect(icon.input).toBeFocused();
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      await expectNoSidewaysScrolling(page, `an application with a picture at ${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press('Tab');
    await expect(icon.remove).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(icon.input).toBeFocused();
    await expect(icon.picture).toHaveCount(0);
  });
});
