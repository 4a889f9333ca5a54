import { readFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';

import type { Page } from '@playwright/test';

import { RequestForm, RequestPage } from '../pages/access.ts';
import { Attachments, type Sheet } from '../pages/attachments.ts';
import { ReviewPage } from '../pages/review.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { tabTo } from '../support/keyboard.ts';
import { png } from '../support/picture.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const CENTRAL = '2.16.886.101.20003.20001.20003';
const PATH = '/attachments';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n');
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "run"</script></svg>');

/** An archive of one file of 64 MiB of nothing, in 64 kB. */
function bomb(): Buffer {
  const content = Buffer.alloc(64 * 1024 * 1024);
  const packed = deflateRawSync(content, { level: 9 });
  const name = Buffer.from('a');
  const facts = Buffer.alloc(22);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(content.length, 18);
  const rest = Buffer.from([name.length, 0, 0, 0]);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, rest, name, packed]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
    facts,
    rest,
    Buffer.alloc(14),
    name,
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** A file as it is chosen. */
function sheet(name: string, buffer: Buffer, mimeType = 'application/octet-stream'): Sheet {
  return { name, buffer, mimeType };
}

const ORDER = sheet('派遣令（彰化縣消防局）115年第3號.pdf', PDF, 'application/pdf');
const PHOTO = sheet('現場 照片.png', png(1, 1), 'image/png');

/** Sends what the form holds, with so many files; the request's address. */
async function send(form: RequestForm, files: number): Promise<string> {
  await form.fill('災情查通報');
  await form.next.click();
  await expect(form.review.getByRole('listitem')).toHaveCount(files);
  await form.send.click();
  await expect(new RequestPage(form.page).sent).toBeVisible();
  return new URL(form.page.url()).pathname;
}

/** What the browser keeps under which name when a link is followed. */
async function download(page: Page, attachments: Attachments, name: string): Promise<{ name: string; content: Buffer }> {
  const begun = page.waitForEvent('download');
  await attachments.link(name).click();
  const download = await begun;
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test.describe('附件', () => {
  test('go with a request: its decider has them byte by byte, another agency has nothing', async ({
    page,
    portal,
    another,
    guard,
  }) => {
    const applicant = await portal.newPerson('附件測試甲');
    const chief = await portal.newPerson('附件主管甲', { role: 'agency_manager' });
    await signIn(page, portal, applicant);
    const form = new RequestForm(page);
    await form.open('emic');
    const attachments = new Attachments(page);
    await expect(attachments.section).toContainText('沒有附件。');
    for (const file of [ORDER, PHOTO]) await attachments.add(file);
    await expect(attachments.items).toHaveText([/PDF · 1 KB/, /PNG · 1 KB/]);
    // They are there again after a reload, and can be taken away before they are seen.
    await form.reason.fill('草稿');
    await page.reload();
    await expect(attachments.items).toHaveCount(2);
    await attachments.add(sheet('錯誤.pdf', PDF));
    await attachments.remove('錯誤.pdf').click();
    await expect(attachments.items).toHaveCount(2);
    await expect(attachments.list).toBeFocused();
    const address = await send(form, 2);
    await expect(attachments.items).toHaveCount(2);
    // Whoever decides may have seen them.
    await expect(attachments.section.getByRole('button', { name: /^移除/ })).toHaveCount(0);

    const theirs = await another();
    await signIn(theirs, portal, chief);
    const chiefs = await theirs.newPage();
    await new ReviewPage(chiefs).choose(applicant.name);
    const given = new Attachments(chiefs);
    await expect(given.items).toHaveCount(2);
    await expect(given.input).toHaveCount(0);
    for (const file of [ORDER, PHOTO]) {
      const kept = await download(chiefs, given, file.name);
      expect(kept.name).toBe(file.name);
      expect(kept.content.equals(file.buffer), `${file.name} byte by byte`).toBe(true);
    }

    const foreign = await portal.newPerson('外機關主管', { agency: CENTRAL, role: 'agency_manager' });
    const link = await given.link(ORDER.name).getAttribute('href');
    const elsewhere = await another();
    await signIn(elsewhere, portal, foreign);
    const strangers = await elsewhere.newPage();
    guard.expect(failedRequest('/api/v1/permission-requests'));
    await strangers.goto(address.replace('/access/', '/review/'));
    await expect(strangers.getByRole('main').getByRole('alert')).toContainText('不在您的職務範圍內');
    await expect(strangers.getByRole('main')).not.toContainText(ORDER.name);
    expect((await elsewhere.request.get(`${portal.url}${link}`)).status()).toBe(404);
  });

  test('what is no PDF, PNG or JPEG, empty, too large or too much is refused where it was chosen', async ({
    page,
    portal,
    person,
    guard,
  }) => {
    guard.expect(failedRequest(PATH));
    await signIn(page, portal, person);
    await new RequestForm(page).open('emic');
    const attachments = new Attachments(page);
    const type = '只收 PDF、PNG、JPEG 檔，且副檔名須與內容相符';
    const refused: [Sheet, string][] = [
      [sheet('標誌.png', SVG, 'image/png'), type],
      [sheet('資料.pdf', bomb(), 'application/pdf'), type],
      [sheet('照片.png', PDF, 'image/png'), type],
      [sheet('空白.pdf', Buffer.alloc(0), 'application/pdf'), '檔案是空的'],
      [sheet('太大.pdf', Buffer.concat([PDF, Buffer.alloc(5 * 1024 * 1024), PDF])), '檔案超過 5 MB'],
    ];
    for (const [file, text] of refused) {
      await attachments.input.setInputFiles(file);
      await expect(attachments.input, file.name).toHaveAccessibleDescription(new RegExp(text));
      await expect(attachments.input).toHaveAttribute('aria-invalid', 'true');
      await expect(attachments.items).toHaveCount(0);
    }
    await expectAccessibleInBothColours(page, 'a refused file');
    // The next one is taken, and the fault is forgotten.
    await attachments.add(PHOTO);
    await expect(attachments.input).not.toHaveAttribute('aria-invalid', 'true');
    for (const number of [2, 3, 4, 5]) await attachments.add(sheet(`第${number}件.pdf`, PDF));
    await attachments.input.setInputFiles(sheet('第6件.pdf', PDF));
    await expect(attachments.input).toHaveAccessibleDescription(/每件申請最多 5 個附件/);
    await expect(attachments.items).toHaveCount(5);
    // One that is chosen while another is still being taken away waits for its place.
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/v1/attachments/*', async (route) => {
      await released;
      await route.continue();
    });
    const removal = page.waitForRequest((request) => request.method() === 'DELETE');
    await attachments.remove('第5件.pdf').click();
    await removal;
    await attachments.input.setInputFiles(sheet('第6件.pdf', PDF));
    await expect(attachments.input).not.toHaveAttribute('aria-invalid', 'true');
    release();
    await expect(attachments.status).toHaveText('已加入 第6件.pdf');
    await expect(attachments.link('第6件.pdf')).toBeVisible();
    await expect(attachments.items).toHaveCount(5);
    await expect(attachments.input).not.toHaveAttribute('aria-invalid', 'true');
  });

  test('are added and taken away with the keyboard alone, and fit on a telephone', async ({ page, portal, person }) => {
    await signIn(page, portal, person);
    await new RequestForm(page).open('emic');
    const attachments = new Attachments(page);
    // Listened for early: the browser must have heard of it when the key is pressed.
    const chooser = page.waitForEvent('filechooser');
    await tabTo(page, attachments.input);
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(ORDER);
    await expect(attachments.status).toHaveText(`已加入 ${ORDER.name}`);
    await expect(attachments.input).toBeFocused();
    await attachments.add(PHOTO);
    await expectAccessibleInBothColours(page, 'the files of a form');
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      await expectNoSidewaysScrolling(page, `the files of a form at ${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press('Shift+Tab');
    await expect(attachments.remove(PHOTO.name)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(attachments.items).toHaveCount(1);
    await expect(attachments.list).toBeFocused();
  });
});
