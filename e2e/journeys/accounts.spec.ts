import { AccountPages, InvitationsPage } from '../pages/accounts.ts';
import { LoginPage } from '../pages/login.ts';
import { ProfilePage } from '../pages/profile.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { MailServer, linkIn } from '../support/mail.ts';
import { DEMO, type Portal } from '../support/sites.ts';
import { expect, failedRequest, signIn, test as base } from '../support/test.ts';

const GOOD = 'seven quiet night shifts';
const AGENCY = '2.16.886.101.90010.20002.20040';

interface Mailed {
  portal: Portal;
  mail: MailServer;
}

/** With a portal that sends its mail by a server which is not ours. */
const test = base.extend<{ mail: MailServer; accounts: AccountPages; invitations: InvitationsPage }, { mailed: Mailed }>({
  mailed: [
    async ({ sites }, use) => {
      const mail = await MailServer.start(await sites.newFolder());
      const portal = await sites.portal({ EMIC_SMTP_URL: mail.url, EMIC_MAIL_FROM: 'EMIC <emic@example.com>' });
      await use({ portal, mail });
      await mail.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  portal: async ({ mailed }, use) => use(mailed.portal),
  mail: async ({ mailed }, use) => use(mailed.mail),
  accounts: async ({ page }, use) => use(new AccountPages(page)),
  invitations: async ({ page }, use) => use(new InvitationsPage(page)),
});

/** Somebody whose account has an address. */
async function withAddress(portal: Portal) {
  const person = await portal.newPerson('周雅文', { email: (username) => `${username}@example.com` });
  return { ...person, email: `${person.username}@example.com` };
}

/** Whom nobody has invited yet. */
function somebody() {
  const username = `w${Math.random().toString(36).slice(2, 10)}`;
  return { username, name: `王${username}`, email: `${username}@example.com` };
}

test.describe('邀請', () => {
  test('a manager invites, the person sets a password, and has an account', async ({
    page,
    portal,
    mail,
    invitations,
    another,
    guard,
  }) => {
    const who = somebody();
    await signIn(page, portal, DEMO.manager);
    await page.goto('/manage');
    await page.getByRole('link', { name: /^邀請/ }).click();
    await expect(page.getByRole('heading', { name: '邀請', level: 1 })).toBeFocused();
    await invitations.invite(who);
    await expect(invitations.form.getByRole('status').filter({ hasText: '已寄出邀請' })).toBeFocused();
    await expect(invitations.row(who.name)).toContainText('等候啟用');
    await expect(invitations.form.getByLabel('帳號')).toHaveValue('');

    const theirs = await (await another()).newPage();
    const link = linkIn(await mail.letter(who.email, '啟用帳號'));
    expect(new URL(link).pathname).toBe('/account/activate');
    const accounts = new AccountPages(theirs);
    await theirs.goto(link);
    await expect(theirs.getByRole('main')).toContainText('彰化縣消防局');
    await expect(theirs.getByLabel('帳號')).toHaveValue(who.username);
    // Each rule says in words whether it is kept.
    const rule = (text: string) => accounts.rules.filter({ hasText: text });
    await expect(rule('8 到 128 個字')).toContainText('未符合');
    await accounts.password.fill(who.username);
    await expect(rule('8 到 128 個字')).toContainText(/^符合/);
    await expect(rule('和帳號不同')).toContainText('未符合');
    await accounts.button('啟用帳號').click();
    await expect(accounts.password).toBeFocused();
    await expect(accounts.password).toHaveAccessibleDescription(/密碼不能和帳號相同/);
    await accounts.password.fill(GOOD);
    await expect(accounts.rules.filter({ hasText: '未符合' })).toHaveCount(0);
    await accounts.button('啟用帳號').click();
    await expect(accounts.told.filter({ hasText: '帳號已啟用' })).toBeVisible();
    await theirs.getByRole('link', { name: '前往登入' }).click();
    await new LoginPage(theirs).signIn({ username: who.username, password: GOOD });
    await expect(theirs.getByRole('main')).toContainText(who.name);

    await page.reload();
    await expect(invitations.row(who.name)).toContainText('已啟用');
    guard.expect(failedRequest('/api/v1/invitations/open'));
    await theirs.goto('/about');
    await theirs.goto(link);
    await expect(accounts.alert).toContainText('這個連結已經失效');
  });

  test('a link that was sent again takes the place of the first, and a cancelled one is over', async ({
    page,
    portal,
    mail,
    invitations,
    another,
    guard,
  }) => {
    const who = somebody();
    await signIn(page, portal, DEMO.manager);
    await invitations.open();
    await invitations.invite(who);
    const first = linkIn(await mail.letter(who.email, '啟用帳號'));
    await invitations.row(who.name).getByRole('button', { name: `重寄給 ${who.name}` }).click();
    await expect(page.getByRole('main')).toContainText('已重寄邀請，先前的連結已失效。');
    const second = linkIn(await mail.letter(who.email, '啟用帳號', { after: 1 }));
    expect(second).not.toBe(first);
    guard.expect(failedRequest('/api/v1/invitations/open'));
    const theirs = await (await another()).newPage();
    const accounts = new AccountPages(theirs);
    await theirs.goto(first);
    await expect(accounts.alert).toContainText('這個連結已經失效');
    await theirs.goto(second);
    await expect(accounts.password).toBeVisible();

    const cancel = invitations.row(who.name).getByRole('button', { name: `取消給 ${who.name} 的邀請` });
    await cancel.click();
    await page.keyboard.press('Escape');
    await expect(cancel).toBeFocused();
    await cancel.click();
    await invitations.dialog.getByRole('button', { name: '取消邀請' }).click();
    await expect(invitations.row(who.name)).toContainText('已取消');
    guard.expect(failedRequest('/api/v1/invitations/accept'));
    await accounts.password.fill(GOOD);
    await accounts.button('啟用帳號').click();
    await expect(accounts.alert).toContainText('這個連結已經失效');
  });

  test('a list is looked over first, each fault by its line, and the good rows are sent', async ({
    page,
    portal,
    mail,
    invitations,
  }) => {
    const [one, two] = [somebody(), somebody()];
    await signIn(page, portal, DEMO.manager);
    await invitations.open();
    const csv = [
      '帳號,姓名,電子信箱,機關OID',
      `${one.username},${one.name},${one.email},${AGENCY}`,
      `b b,,nowhere,2.16.886.101.20003`,
      `${two.username},${two.name},${two.email},${AGENCY}`,
    ].join('\r\n');
    await page.getByLabel('選擇 CSV 檔').setInputFiles({ name: '名單.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${csv}`) });
    await expect(invitations.import.getByLabel('或貼上名單')).toHaveValue(/^\ufeff?帳號,姓名/);
    await invitations.import.getByRole('button', { name: '檢查名單' }).click();
    const rows = invitations.import.locator('tbody').getByRole('row');
    await expect(rows).toHaveCount(3);
    await expect(invitations.import).toContainText('可寄出 2 列，有錯誤 1 列。');
    for (const fault of ['不能使用的字元', '必須填寫', '電子信箱格式不正確', '找不到這個項目']) {
      await expect(rows.nth(1)).toContainText(fault);
    }
    await invitations.import.getByRole('button', { name: '寄出 2 份邀請' }).click();
    await expect(invitations.import).toContainText('已寄出 2 列，有錯誤 1 列。');
    for (const who of [one, two]) {
      await expect(invitations.row(who.name)).toContainText('等候啟用');
      await mail.letter(who.email, who.username);
    }
  });

  test('whatever is wrong is said at once, with the focus on the first', async ({ page, portal, invitations, guard }) => {
    await signIn(page, portal, DEMO.manager);
    await invitations.open();
    await invitations.form.getByRole('button', { name: '寄出邀請' }).click();
    await expect(invitations.faults.getByRole('listitem')).toHaveCount(4);
    await expect(invitations.form.getByLabel('帳號')).toBeFocused();
    guard.expect(failedRequest('/api/v1/invitations'));
    await invitations.invite({ ...somebody(), username: 'dawen' });
    await expect(invitations.form.getByLabel('帳號')).toHaveAccessibleDescription(/已經有人使用/);
  });

  test('who manages nothing is told so', async ({ page, portal, person, guard }) => {
    await signIn(page, portal, person);
    guard.expect(failedRequest('/api/v1/invitations'));
    await page.goto('/manage/invitations');
    await expect(page.getByRole('main').getByLabel('帳號')).toHaveCount(0);
  });
});

test.describe('忘記密碼', () => {
  test('leads from the login page to a new password, and every other session ends', async ({
    page,
    portal,
    mail,
    login,
    accounts,
    another,
    guard,
  }) => {
    const person = await withAddress(portal);
    const elsewhere = await another();
    await signIn(elsewhere, portal, person);
    await login.open();
    await login.emic.getByRole('link', { name: '忘記密碼' }).click();
    await expect(accounts.heading).toHaveText('忘記密碼');
    await accounts.askFor(person.email);
    const link = linkIn(await mail.letter(person.email, '重設密碼'));
    await page.goto(link);
    await expect(page.getByLabel('帳號')).toHaveValue(person.username);
    // Opening it again uses nothing up.
    await page.reload();
    guard.expect(failedRequest('/api/v1/password-resets/redeem'), failedRequest('/api/v1/password-resets/open'));
    await accounts.password.fill(person.password);
    await accounts.button('設定新密碼').click();
    await expect(accounts.password).toHaveAccessibleDescription(/不能與目前或前 3 次的密碼相同/);
    await accounts.password.fill(GOOD);
    await accounts.button('設定新密碼').click();
    await expect(accounts.told.filter({ hasText: '已設定新密碼' })).toBeVisible();
    const ended = await elsewhere.request.get(`${portal.url}/api/v1/session`);
    expect(ended.status()).toBe(401);
    await mail.letter(person.email, '密碼已變更');
    await page.getByRole('link', { name: '前往登入' }).click();
    await login.signIn({ username: person.username, password: GOOD });
    await expect(page.getByRole('main')).toContainText(person.name);
    await page.goto('/about');
    await page.goto(link);
    await expect(accounts.alert).toContainText('這個連結已經失效');
    await expect(page.getByRole('link', { name: '重新申請連結' })).toBeVisible();
  });

  test('says the same of an account that there is not', async ({ page, portal, mail, accounts }) => {
    const person = await withAddress(portal);
    await page.goto('/account/forgotten');
    await accounts.askFor(person.username);
    const known = await accounts.told.filter({ hasText: '已受理' }).innerText();
    await page.reload();
    await accounts.askFor('nobody@example.com');
    expect(await accounts.told.filter({ hasText: '已受理' }).innerText()).toBe(known);
    // The one mail has come, and none for the other.
    await mail.letter(person.email, '重設密碼');
    expect(await mail.count('nobody@example.com')).toBe(0);
  });

  test('names the service line where no mail can be sent', async ({ page, pair, accounts, guard }) => {
    guard.expect(failedRequest('/api/v1/password-resets'));
    await page.goto(`${pair.portal.url}/account/forgotten`);
    await accounts.account.fill('dawen');
    await accounts.button('寄出連結').click();
    await expect(accounts.alert).toContainText('02-8195-9119');
    await expect(accounts.account).toHaveValue('dawen');
  });
});

test.describe('變更密碼', () => {
  test('is found from the profile, wants the present one, and ends the other sessions', async ({
    page,
    portal,
    accounts,
    another,
    guard,
  }) => {
    const person = await withAddress(portal);
    const elsewhere = await another();
    await signIn(elsewhere, portal, person);
    await signIn(page, portal, person);
    await page.goto('/profile');
    await page.getByRole('link', { name: '變更密碼' }).click();
    await expect(accounts.heading).toBeFocused();
    guard.expect(failedRequest('/api/v1/profile/password'));
    await accounts.current.fill('not the password');
    await accounts.password.fill(GOOD);
    await accounts.button('變更密碼').click();
    await expect(accounts.current).toBeFocused();
    await expect(accounts.current).toHaveAccessibleDescription(/目前的密碼不正確/);
    await accounts.current.fill(person.password);
    await accounts.button('變更密碼').click();
    await expect(accounts.told.filter({ hasText: '已變更密碼' })).toBeFocused();
    expect((await elsewhere.request.get(`${portal.url}/api/v1/session`)).status()).toBe(401);
    await page.reload();
    await expect(accounts.current).toBeVisible();
  });
});

test.describe('電子信箱', () => {
  test('another one pends until it is confirmed on the new address, and the old one is told', async ({
    page,
    portal,
    mail,
    another,
  }) => {
    const person = await withAddress(portal);
    const wanted = `new-${person.username}@example.com`;
    const profile = new ProfilePage(page);
    await signIn(page, portal, person);
    await profile.open();
    await profile.field('電子信箱').fill(wanted);
    await profile.save.click();
    await expect(page.getByRole('main')).toContainText('新的電子信箱等候確認');
    await expect(profile.field('電子信箱')).toHaveValue(person.email);
    await mail.letter(person.email, '申請變更電子信箱');
    const theirs = await (await another()).newPage();
    await theirs.goto(linkIn(await mail.letter(wanted, '變更為本信箱')));
    await theirs.getByRole('button', { name: '確認', exact: true }).click();
    await expect(theirs.getByRole('main').getByRole('status').filter({ hasText: wanted })).toBeVisible();
    await page.reload();
    await expect(profile.field('電子信箱')).toHaveValue(wanted);
    await expect(page.getByRole('main')).not.toContainText('等候確認');
    await mail.letter(person.email, '本信箱不再使用');
  });
});

test.describe('the pages', () => {
  for (const width of [1280, 360]) {
    test(`are accessible and fit at ${width} px`, async ({ page, portal, mail, accounts, invitations }) => {
      await page.setViewportSize({ width, height: 800 });
      const person = await withAddress(portal);
      await page.goto('/account/forgotten');
      await accounts.askFor(person.username);
      await expectAccessibleInBothColours(page, '忘記密碼');
      await expectNoSidewaysScrolling(page, '忘記密碼');
      await page.goto(linkIn(await mail.letter(person.email, '重設密碼')));
      await accounts.password.fill('emic');
      await accounts.button('設定新密碼').click();
      await expect(accounts.alert).toBeVisible();
      await expectAccessibleInBothColours(page, '設定新密碼');
      await expectNoSidewaysScrolling(page, '設定新密碼');
      await signIn(page, portal, person);
      await page.goto('/account/password');
      await expect(accounts.current).toBeVisible();
      await expectAccessibleInBothColours(page, '變更密碼');
      await expectNoSidewaysScrolling(page, '變更密碼');
      await signIn(page, portal, DEMO.manager);
      await invitations.open();
      await invitations.invite(somebody());
      await expect(invitations.rows.first()).toBeVisible();
      await expectAccessibleInBothColours(page, '邀請');
      await expectNoSidewaysScrolling(page, '邀請');
    });
  }
});
