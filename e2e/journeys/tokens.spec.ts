import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

/** What the API answers to a program that brings this token and no cookie. */
async function asProgram(portal: { url: string }, secret: string, path: string): Promise<[number, { code?: string }]> {
  const answer = await fetch(`${portal.url}${path}`, { headers: { authorization: `Bearer ${secret}` } });
  return [answer.status, (await answer.json()) as { code?: string }];
}

test.describe('存取權杖', () => {
  test.beforeEach(async ({ page, portal, person }) => {
    await signIn(page, portal, person);
  });

  test('is found from 我的登入', async ({ page, sessions }) => {
    await sessions.open();
    await page.getByRole('link', { name: '存取權杖' }).click();
    await expect(page.getByRole('heading', { name: '存取權杖', level: 1 })).toBeFocused();
    await expect(page.getByRole('main')).toContainText('沒有存取權杖');
  });

  test('is made, copied, used, revoked, and refused from then on', async ({ page, context, portal, tokens }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await tokens.open();
    const secret = await tokens.make('值班表同步', [['公告', '讀取']]);
    expect(secret).toMatch(/^emic_pat_[A-Za-z0-9_-]{43}[0-9a-f]{6}$/);
    await expect(tokens.secret).toBeFocused();
    await expect(tokens.secret).toHaveAccessibleDescription(/只會在這裡顯示一次/);
    await tokens.secret.getByRole('button', { name: '複製' }).click();
    await expect(tokens.secret.getByRole('status')).toHaveText('已複製權杖。');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    await tokens.secret.getByRole('button', { name: '我已保存' }).click();
    await expect(tokens.secret).toHaveCount(0);
    await expect(tokens.name).toBeFocused();

    await expect(tokens.rows).toHaveCount(1);
    await expect(tokens.rows).toContainText('公告 · 讀取');
    await expect(tokens.rows).toContainText('尚未使用');
    expect(await asProgram(portal, secret, '/api/v1/notices')).toMatchObject([200, {}]);
    expect(await asProgram(portal, secret, '/api/v1/sessions')).toMatchObject([403, { code: 'insufficient_scope' }]);
    expect(await asProgram(portal, secret, '/api/v1/tokens')).toMatchObject([403, { code: 'session_required' }]);
    await page.reload();
    await expect(tokens.rows).toContainText('來自 127.0.0.1');
    await expect(page.getByRole('main')).not.toContainText('emic_pat_');

    const revoke = tokens.rows.getByRole('button', { name: '撤銷 值班表同步' });
    await revoke.click();
    await expect(tokens.dialog).toHaveAccessibleDescription('使用這個權杖的程式會立即無法存取，且不能復原。');
    await page.keyboard.press('Escape');
    await expect(revoke).toBeFocused();
    await revoke.click();
    await tokens.dialog.getByRole('button', { name: '撤銷', exact: true }).click();
    await expect(tokens.outcome).toBeFocused();
    await expect(tokens.rows).toHaveCount(0);
    expect(await asProgram(portal, secret, '/api/v1/notices')).toMatchObject([401, { code: 'token_revoked' }]);
  });

  test('whatever is missing is said at once, with the focus on the first', async ({ page, tokens }) => {
    await tokens.open();
    await tokens.submit.click();
    await expect(tokens.faults.getByRole('listitem')).toHaveText([/^名稱：/, /^權限：請至少勾選一項權限/]);
    await expect(tokens.name).toBeFocused();
    await expect(tokens.name).toHaveAccessibleDescription(/這個欄位必須填寫/);
    await expect(page.getByRole('group', { name: '權限必填', exact: true })).toHaveAccessibleDescription(/請至少勾選一項權限/);
    await tokens.faults.getByRole('link', { name: /^權限/ }).click();
    await expect(tokens.scope('個人資料', '讀取')).toBeFocused();
    await tokens.name.fill('值班表');
    await tokens.submit.click();
    await expect(tokens.scope('個人資料', '讀取')).toBeFocused();
  });

  test('what was typed is there again after a reload, until it is made or discarded', async ({ page, tokens }) => {
    await tokens.open();
    await tokens.name.fill('值班表同步');
    await tokens.scope('公告', '讀取').check();
    await tokens.days.selectOption('30');
    await page.reload();
    await expect(tokens.restored).toBeVisible();
    await expect(tokens.name).toHaveValue('值班表同步');
    await expect(tokens.scope('公告', '讀取')).toBeChecked();
    await expect(tokens.days).toHaveValue('30');
    await tokens.submit.click();
    await expect(tokens.secret).toBeFocused();
    await expect(tokens.name).toHaveValue('');
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toMatch(/emic_pat_|值班表/);
    await tokens.name.fill('另一個');
    await page.reload();
    await tokens.restored.getByRole('button', { name: '捨棄還原的內容' }).click();
    await expect(tokens.name).toBeFocused();
    await expect(tokens.name).toHaveValue('');
    await page.reload();
    await expect(tokens.name).toBeVisible();
    await expect(tokens.restored).toHaveCount(0);
  });

  test('by the keyboard alone', async ({ page, tokens }) => {
    await tokens.open();
    await tokens.name.focus();
    await page.keyboard.type('鍵盤');
    await page.keyboard.press('Tab');
    await expect(tokens.scope('個人資料', '讀取')).toBeFocused();
    await page.keyboard.press('Space');
    await tokens.name.focus();
    await page.keyboard.press('Enter');
    await expect(tokens.secret).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(tokens.secret.getByRole('button', { name: '複製' })).toBeFocused();
  });

  test('the twenty-first is refused, and says what to do', async ({ page, portal, tokens, guard }) => {
    guard.expect(failedRequest('/api/v1/tokens'));
    for (let made = 0; made < 20; made++) {
      const data = { name: `程式 ${made}`, scopes: ['notice:read'], expires_in_days: 1 };
      expect((await page.request.post(`${portal.url}/api/v1/tokens`, { data })).status()).toBe(201);
    }
    await tokens.open();
    await tokens.name.fill('再一個');
    await tokens.scope('公告', '讀取').check();
    await tokens.submit.click();
    await expect(page.getByRole('alert')).toContainText('請先撤銷不再使用的');
    await expect(tokens.name).toHaveValue('再一個');
  });

  test('axe finds nothing wrong with it, before and after', async ({ page, tokens }) => {
    await tokens.open();
    await expectAccessibleInBothColours(page, '存取權杖, empty');
    await tokens.submit.click();
    await expectAccessibleInBothColours(page, '存取權杖, with errors');
    await tokens.make('值班表同步', [['公告', '讀取'], ['登入', '變更']]);
    await expectAccessibleInBothColours(page, '存取權杖, with a secret');
    await tokens.rows.getByRole('button').click();
    await expectAccessibleInBothColours(page, 'the question before a token is revoked');
  });

  for (const width of [360, 320]) {
    test(`nobody scrolls sideways at ${width} points`, async ({ page, tokens, frame }) => {
      await page.setViewportSize({ width, height: 740 });
      await tokens.open();
      await tokens.make('一個名字很長很長的權杖用來看看表格會不會太寬', [['公告', '讀取'], ['個人資料', '變更'], ['權限申請', '讀取']]);
      await expectNoSidewaysScrolling(page, '存取權杖');
      await frame.language.click();
      await expectNoSidewaysScrolling(page, '存取權杖 in English');
    });
  }
});
