import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { DEMO, type Portal } from '../support/sites.ts';
import { expect, failedRequest, signIn, test as base } from '../support/test.ts';

const CLIENT = '/manage/applications/emic/client';

/** On a portal of its own: an application is registered once. */
const test = base.extend<{ own: Portal }>({
  own: async ({ sites }, use) => use(await sites.portal()),
  portal: async ({ own }, use) => use(own),
});

test.beforeEach(async ({ page, portal, guard }) => {
  guard.expect(failedRequest('/api/v1/managed-applications/emic/client'));
  await signIn(page, portal, DEMO.administrator);
});

test('an application is registered, tried, given another secret, and removed', async ({ page }) => {
  await page.goto('/manage/applications/emic');
  await page.getByRole('link', { name: '介接設定' }).click();
  await expect(page).toHaveURL(new RegExp(`${CLIENT}$`));
  const main = page.getByRole('main');
  await expect(main).toContainText('尚未登錄');
  await expectAccessibleInBothColours(page, 'a client to be');
  await main.getByLabel('登入返回網址').fill('http://emic.example.gov.tw/callback');
  await main.getByRole('button', { name: '登錄', exact: true }).click();
  await expect(main.getByLabel('登入返回網址')).toHaveAttribute('aria-invalid', 'true');
  await main.getByLabel('登入返回網址').fill('https://emic.example.gov.tw/callback\nhttps://emic.example.gov.tw/silent');
  await main.getByRole('checkbox', { name: '可更新權杖' }).check();
  await main.getByRole('button', { name: '登錄', exact: true }).click();

  const secret = main.getByRole('group', { name: '密鑰' });
  await expect(secret).toBeFocused();
  const first = await secret.getByRole('code').textContent();
  expect(first).toMatch(/^[\w-]{43}$/);
  await secret.getByRole('button').last().click();
  await expect(secret).toHaveCount(0);
  await expectAccessibleInBothColours(page, 'a client');

  await main.getByRole('button', { name: '開始測試' }).click();
  const steps = page.getByRole('table', { name: '測試' }).first();
  // The administrator has no role of the application.
  await expect(steps.getByRole('row', { name: /登入要求/ })).toContainText('access_denied');

  await main.getByRole('button', { name: '產生新密鑰' }).click();
  await expect(secret).toBeFocused();
  expect(await secret.getByRole('code').textContent()).not.toBe(first);
  await expect(page.getByRole('table', { name: '密鑰管理' }).locator('tbody').getByRole('row')).toHaveCount(2);
  await page.reload();
  await expect(main.getByText('密鑰管理')).toBeVisible();
  await expect(secret).toHaveCount(0);

  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScrolling(page, 'a client');
  await main.getByRole('button', { name: '移除介接' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: '移除介接' }).click();
  await expect(main.getByRole('status').filter({ hasText: '介接已移除' })).toBeVisible();
  await expect(main).toContainText('尚未登錄');
});

test('an application is given a token to register itself with', async ({ page, request, portal }) => {
  await page.goto(CLIENT);
  const main = page.getByRole('main');
  await main.getByRole('button', { name: '產生登錄權杖' }).click();
  const token = await main.getByRole('group', { name: '登錄權杖' }).getByRole('code').textContent();
  const registered = await request.post(`${portal.url}/oidc/register`, {
    headers: { authorization: `Bearer ${token}` },
    data: { redirect_uris: ['https://emic.example.gov.tw/callback'] },
  });
  expect(registered.status()).toBe(201);
  await page.reload();
  await expect(main.getByLabel('登入返回網址')).toHaveValue('https://emic.example.gov.tw/callback');
});
