import type { Page } from '@playwright/test';

import { MyEGovPages } from '../pages/myegov.ts';
import { ProfilePage } from '../pages/profile.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { tabTo } from '../support/keyboard.ts';
import { DEMO, MEMBERS, type Portal } from '../support/sites.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const PROFILE = '/api/v1/profile';

/** Changes the profile as another program would, or another tab. */
async function changeElsewhere(page: Page, portal: Portal, patch: Record<string, string | null>): Promise<void> {
  const read = await page.request.get(`${portal.url}${PROFILE}`);
  const changed = await page.request.patch(`${portal.url}${PROFILE}`, {
    data: patch,
    headers: { 'if-match': read.headers()['etag'] ?? '' },
  });
  expect(changed.status(), await changed.text()).toBe(200);
}

test.describe('個人資料維護', () => {
  test('saves what was changed, in one form, and the name shows at once', async ({ page, portal, person, profile, frame }) => {
    await signIn(page, portal, person);
    await page.goto('/');
    await frame.tabs.getByRole('link', { name: '個人資料維護' }).click();
    await expect(frame.heading).toHaveText('個人資料維護');
    await profile.field('中文姓名').fill('周雅文·巴奈');
    await profile.field('電子信箱').fill('yawen@example.tw');
    await profile.field('行動電話').fill('０９１２　３４５　６７８');
    await profile.field('公司電話').fill('(02)8195-9119 分機 3370');
    await profile.save.click();
    await expect(profile.saved).toBeFocused();
    await frame.expectSignedInAs('周雅文·巴奈');
    await expect(profile.field('行動電話')).toHaveValue('0912-345678');
    await expect(profile.field('公司電話')).toHaveValue('02-81959119#3370');
    await page.reload();
    await expect(profile.field('電子信箱')).toHaveValue('yawen@example.tw');
    await expect(profile.restored).toHaveCount(0);
  });

  test('names with rare characters are kept as they are', async ({ page, portal, person, profile, frame }) => {
    await signIn(page, portal, person);
    await profile.open();
    for (const name of ['吳明𡘙', '𠀋·那布', '邉\u{e0100}']) {
      await profile.field('中文姓名').fill(name);
      await profile.save.click();
      await frame.expectSignedInAs(name);
    }
  });

  test('every kind of violation is told at once, tied to its field, and the focus is on the first', async ({
    page,
    portal,
    person,
    profile,
  }) => {
    await signIn(page, portal, person);
    await profile.open();
    const faults: [string, string, RegExp][] = [
      ['中文姓名', ' ', /必須填寫/],
      ['電子信箱', 'yawen', /name@example\.gov\.tw/],
      ['通訊地址', '字'.repeat(101), /最多 100 個字/],
      ['住家電話', '0912345678', /02-12345678/],
      ['公司電話', '02-1234', /02-12345678/],
      ['行動電話', '02-12345678', /0912-345678/],
      ['傳真', '傳真', /範例：02-12345678.*電話格式不正確/],
      ['部門', '\u{202e}組', /不能使用的字元/],
      ['職稱', '長'.repeat(51), /最多 50 個字/],
    ];
    for (const [label, text] of faults) await profile.field(label).fill(text);
    await profile.field('縣市').selectOption('新北市');
    await profile.field('鄉鎮市區').selectOption('新店區');
    await profile.field('郵遞區號').fill('2314');
    faults.push(['郵遞區號', '', /3、5 或 6 碼/]);
    await profile.save.click();
    await expect(profile.faults.getByRole('listitem')).toHaveCount(faults.length);
    await expect(profile.field('中文姓名')).toBeFocused();
    // In the order of the fields on the page.
    const order = ['中文姓名', '電子信箱', '郵遞區號', '通訊地址', '住家電話', '公司電話', '行動電話', '傳真', '部門', '職稱'];
    await expect(profile.faults.getByRole('link')).toHaveText(order.map((label) => new RegExp(`^${label}：`)));
    for (const [label, , text] of faults) await profile.expectFault(label, text);
    await profile.faults.getByRole('link', { name: /^行動電話/ }).click();
    await expect(profile.field('行動電話')).toBeFocused();
    // Nothing shall lie below the head, which stays.
    await page.evaluate(() => scrollTo(0, 0));
    await expectAccessibleInBothColours(page, 'the faults');
    // Another district's code.
    for (const [label] of faults) await profile.field(label).fill(label === '中文姓名' ? '周雅文' : '');
    await profile.field('郵遞區號').fill('100');
    await profile.save.click();
    await profile.expectFault('郵遞區號', /與所選的鄉鎮市區不符/);
    const stored = (await (await page.request.get(`${portal.url}${PROFILE}`)).json()) as { street: null };
    expect(stored.street).toBeNull();
  });

  test('a field is checked as one leaves it, and 取消 brings back what is stored', async ({ page, portal, person, profile }) => {
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('電子信箱').fill('yawen');
    await profile.field('傳真').focus();
    await profile.expectFault('電子信箱', /格式不正確/);
    // Nor does an error that appears as one presses the button move it away from below the pointer.
    await profile.field('傳真').fill('傳真');
    await profile.save.click();
    await expect(profile.faults.getByRole('listitem')).toHaveCount(2);
    await profile.cancel.click();
    await expect(profile.field('電子信箱')).toHaveValue('');
    await expect(profile.field('電子信箱')).not.toHaveAttribute('aria-invalid');
    await page.reload();
    await expect(profile.save).toBeVisible();
    await expect(profile.restored).toHaveCount(0);
  });

  test('without a network, it is said where the person is led, and nothing is lost', async ({ page, portal, person, profile, guard }) => {
    guard.expect(failedRequest(PROFILE));
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('職稱').fill('科員');
    await page.route(`**${PROFILE}`, (route) => route.abort('internetdisconnected'));
    await profile.save.click();
    await expect(profile.failed).toBeFocused();
    await expect(profile.failed).toBeInViewport();
    await expect(profile.field('職稱')).toHaveValue('科員');
    await page.unroute(`**${PROFILE}`);
    await profile.failed.getByRole('button').click();
    await expect(profile.saved).toBeFocused();
  });

  test('the address stands in one row, and its street below in one of its own', async ({ page, portal, person, profile }) => {
    await signIn(page, portal, person);
    await profile.open();
    const box = async (label: string) => (await profile.field(label).boundingBox()) ?? { y: NaN, width: NaN };
    const [county, district, code, street] = await Promise.all([box('縣市'), box('鄉鎮市區'), box('郵遞區號'), box('通訊地址')]);
    expect([district.y, code.y]).toEqual([county.y, county.y]);
    expect(street.y).toBeGreaterThan(county.y);
    expect(street.width).toBeGreaterThan(2 * county.width);
  });

  test('the postal code follows the district, and the district the county', async ({ page, portal, person, profile }) => {
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('縣市').selectOption('新竹市');
    await profile.field('鄉鎮市區').selectOption('東區');
    await expect(profile.field('郵遞區號')).toHaveValue('300');
    await profile.field('縣市').selectOption('彰化縣');
    await expect(profile.field('鄉鎮市區')).toHaveValue('');
    await profile.field('鄉鎮市區').selectOption('彰化市');
    await expect(profile.field('郵遞區號')).toHaveValue('500');
    await profile.field('郵遞區號').fill('500009');
    await profile.save.click();
    await expect(profile.saved).toBeVisible();
    await page.reload();
    await expect(profile.field('鄉鎮市區')).toHaveValue('彰化市');
    await expect(profile.field('郵遞區號')).toHaveValue('500009');
  });

  test('what MyEGov owns is locked and says whose it is, since when, and where it is changed', async ({
    page,
    portal,
    myegov,
    login,
    profile,
    guard,
  }) => {
    guard.expect(failedRequest(PROFILE));
    await page.addInitScript(() => {
      window.open = () => null;
    });
    await login.open('?return_to=%2Fprofile');
    await login.goToEgov.click();
    await new MyEGovPages(page).passThrough(MEMBERS.civilServant);
    await expect(page).toHaveURL('/profile');
    await expect(page.getByRole('main')).toContainText('部份欄位請至我的E政府帳號維護修改');
    await expect(page.getByRole('link', { name: '前往我的E政府帳號維護' })).toHaveAttribute('href', new RegExp(myegov.url));
    for (const label of ['帳號類型', '中文姓名', '電子信箱', '行動電話', '機關/公司名稱']) {
      await expect(profile.field(label)).not.toBeEditable();
      await expect(profile.field(label)).toHaveAccessibleDescription(/來源：我的E政府，\d{4}\/\d+\/\d+ \d\d:\d\d 同步/);
      await expect(profile.field(label)).toHaveAccessibleDescription(/到我的E政府修改/);
      await expect(profile.field(label)).not.toHaveAccessibleDescription(/範例/);
    }
    const there = page.locator('form').getByRole('link', { name: '到我的E政府修改' });
    await expect(there.first()).toHaveAttribute('href', new RegExp(myegov.url));
    await expect(profile.field('帳號類型')).toHaveValue('公務人員');
    await profile.field('傳真').fill('02-12345678');
    await profile.save.click();
    await expect(profile.saved).toBeVisible();
    // The server decides: each locked field that would change is refused, and none that would not.
    const read = await page.request.get(`${portal.url}${PROFILE}`);
    const { account_kind, email, mobile_phone, organisation } = (await read.json()) as Record<string, string>;
    const headers = { 'if-match': read.headers()['etag'] ?? '' };
    const same = { account_kind, email, mobile_phone, organisation, name: MEMBERS.civilServant.name };
    expect((await page.request.patch(`${portal.url}${PROFILE}`, { headers, data: same })).status()).toBe(200);
    for (const field of Object.keys(same)) {
      const refused = await page.request.patch(`${portal.url}${PROFILE}`, { headers, data: { [field]: '別的' } });
      expect(refused.status()).toBe(422);
      const problem = (await refused.json()) as { violations: { field: string; code: string }[] };
      expect(problem.violations).toEqual([{ field, code: 'locked' }]);
    }
  });

  test('two tabs: both versions are shown, and the person chooses field by field', async ({
    page,
    context,
    portal,
    person,
    profile,
    guard,
  }) => {
    guard.expect(failedRequest(PROFILE));
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('部門').fill('我的部門');
    await profile.field('職稱').fill('我的職稱');
    const other = new ProfilePage(await context.newPage());
    await changeElsewhere(page, portal, { department: '新部門', job_title: '新職稱', fax: '02-12345678' });
    await profile.save.click();
    await expect(profile.conflict).toBeFocused();
    await expect(profile.conflict.getByRole('group')).toHaveCount(3);
    await expect(profile.version('部門', '我輸入的內容')).toBeChecked();
    await expect(profile.version('傳真', '目前儲存的內容')).toBeChecked();
    await expectAccessibleInBothColours(page, 'the two versions');
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSidewaysScrolling(page, 'the two versions');
    await profile.version('職稱', '目前儲存的內容').check();
    await profile.keep.click();
    await expect(profile.saved).toBeFocused();
    await expect(profile.field('部門')).toHaveValue('我的部門');
    await other.open();
    await expect(other.field('部門')).toHaveValue('我的部門');
    await expect(other.field('職稱')).toHaveValue('新職稱');
    await expect(other.field('傳真')).toHaveValue('02-12345678');
  });

  test('who looked at it is seen by its person, and one’s data can be taken away', async ({ page, portal, person, profile, another }) => {
    await signIn(page, portal, person);
    const { id } = (await (await page.request.get(`${portal.url}${PROFILE}`)).json()) as { id: string };
    const administrator = await another();
    await signIn(administrator, portal, DEMO.administrator);
    expect((await administrator.request.get(`${portal.url}/api/v1/persons/${id}/profile`)).status()).toBe(200);
    await profile.open();
    const row = page.getByRole('table').getByRole('row').filter({ hasText: DEMO.administrator.name });
    await expect(row).toContainText('內政部消防署');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下載我的個人資料' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.json$/);
  });

  test('works by the keyboard alone', async ({ page, portal, person, profile }) => {
    await signIn(page, portal, person);
    await profile.open();
    await tabTo(page, profile.field('電子信箱'));
    await page.keyboard.type('yawen@example');
    await tabTo(page, profile.field('縣市'));
    await page.keyboard.press('ArrowDown');
    await tabTo(page, profile.save);
    await page.keyboard.press('Enter');
    await expect(profile.field('電子信箱')).toBeFocused();
    await page.keyboard.press('End');
    await page.keyboard.type('.tw');
    await tabTo(page, profile.field('鄉鎮市區'));
    await page.keyboard.press('ArrowDown');
    await tabTo(page, profile.save);
    await page.keyboard.press('Enter');
    await expect(profile.saved).toBeFocused();
  });
});

test.describe('A draft', () => {
  test('survives a reload and a closed tab, and can be discarded', async ({ page, context, portal, person, profile }) => {
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('部門').fill('還沒存的部門');
    await page.reload();
    await expect(profile.restored).toBeVisible();
    await expect(profile.field('部門')).toHaveValue('還沒存的部門');
    await page.close();
    const again = new ProfilePage(await context.newPage());
    await again.open();
    await expect(again.field('部門')).toHaveValue('還沒存的部門');
    // It is taken up once.
    const third = new ProfilePage(await context.newPage());
    await third.open();
    await expect(third.restored).toHaveCount(0);
    await expect(third.field('部門')).toHaveValue('');
    await again.discard.click();
    await expect(again.discarded).toBeFocused();
    await expect(again.restored).toHaveCount(0);
    await expect(again.field('部門')).toHaveValue('');
    await again.page.reload();
    await expect(again.save).toBeVisible();
    await expect(again.restored).toHaveCount(0);
  });

  test('belongs to its tab: another one neither writes over it nor deletes it', async ({ page, context, portal, person, profile, guard }) => {
    guard.expect(failedRequest(PROFILE));
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('部門').fill('甲分頁的部門');
    await profile.field('傳真').fill('02-12345678');
    const other = new ProfilePage(await context.newPage());
    await other.open();
    await expect(other.restored).toHaveCount(0);
    await other.field('部門').fill('乙分頁的部門');
    await other.save.click();
    await expect(other.saved).toBeVisible();
    // The question stays as long as it is not answered.
    await profile.save.click();
    await expect(profile.conflict).toBeFocused();
    await page.reload();
    await expect(profile.conflict).toContainText('甲分頁的部門');
    await expect(profile.conflict).toContainText('乙分頁的部門');
    await profile.keep.click();
    await expect(profile.saved).toBeVisible();
    await expect(profile.field('部門')).toHaveValue('甲分頁的部門');
    await expect(profile.field('傳真')).toHaveValue('02-12345678');
  });

  test('of two tabs comes back in each after a reload', async ({ page, context, portal, person, profile }) => {
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('部門').fill('甲分頁的部門');
    const other = new ProfilePage(await context.newPage());
    await other.open();
    await other.field('部門').fill('乙分頁的部門');
    await page.reload();
    await expect(profile.field('部門')).toHaveValue('甲分頁的部門');
    await other.page.reload();
    await expect(other.field('部門')).toHaveValue('乙分頁的部門');
    await profile.cancel.click();
    await other.page.reload();
    await expect(other.field('部門')).toHaveValue('乙分頁的部門');
  });

  test('is there again after the automatic sign-out and a new sign-in', async ({ page, hasty, profile, login, frame, guard }) => {
    guard.expect(failedRequest('/api/v1/'));
    const person = await hasty.newPerson();
    await signIn(page, hasty, person);
    await profile.open(hasty.url);
    await profile.field('部門').fill('還沒存的部門');
    await frame.expectSignedOut();
    await expect(login.alert).toContainText('閒置過久');
    await login.signIn(person);
    await expect(page).toHaveURL(`${hasty.url}/profile`);
    await expect(profile.restored).toBeVisible();
    await expect(profile.field('部門')).toHaveValue('還沒存的部門');
  });

  test('is gone when somebody else signs in, also for its own person after that', async ({ page, portal, profile }) => {
    const [mine, theirs] = [await portal.newPerson('陳阿土'), await portal.newPerson('林美玉')];
    await signIn(page, portal, mine);
    await profile.open();
    await profile.field('部門').fill('還沒存的部門');
    for (const person of [theirs, mine]) {
      await signIn(page, portal, person);
      await profile.open();
      await expect(profile.field('部門')).toHaveValue('');
      await expect(profile.restored).toHaveCount(0);
    }
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    expect(kept).not.toContain('還沒存的部門');
  });

  test('asks, when its fields were changed meanwhile', async ({ page, portal, person, profile }) => {
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('部門').fill('草稿的部門');
    await changeElsewhere(page, portal, { department: '新部門' });
    await page.reload();
    await expect(profile.conflict).toBeVisible();
    await profile.version('部門', '我輸入的內容').check();
    await profile.keep.click();
    await expect(profile.field('部門')).toHaveValue('草稿的部門');
    await expect(profile.saved).toBeVisible();
  });
});
