import { expect, failedRequest, signIn, test } from '../support/test.ts';

test.beforeEach(async ({ page, portal, person }) => {
  await signIn(page, portal, person);
});

test.describe('首頁', () => {
  test('shows each application once: a link only where it leads somewhere', async ({ page, home, myegov }) => {
    await home.open();
    await expect(home.tiles).toHaveCount(3);
    const open = home.tiles.filter({ hasText: '我的E政府' });
    await expect(open.getByRole('link')).toHaveAttribute('href', '/launch/myegov');
    await expect(open).toContainText('啟動');
    for (const [name, code] of [
      ['EMIC 應變服務', 'emic'],
      ['訊息服務發送平台', 'messages'],
    ] as const) {
      const closed = home.tiles.filter({ hasText: name });
      await expect(closed).toContainText('尚未開放');
      await expect(closed).toContainText('可先申請權限');
      await expect(closed.getByRole('link')).toHaveAttribute('href', `/access/new?application=${code}`);
      await expect(closed.getByRole('button')).toHaveCount(0);
    }
    await open.getByRole('link').click();
    await expect(page).toHaveURL(`${myegov.url}/`);
  });

  test('one’s permission for an application that is not open yet is shown, without a way to ask again', async ({ page, portal, home }) => {
    await signIn(page, portal, { name: '陳大文', username: 'dawen', password: 'night-shift-2026' });
    await home.open();
    const held = home.tiles.filter({ hasText: 'EMIC 應變服務' });
    await expect(held).toContainText('已有權限至');
    await expect(held).toContainText('系統尚未開放');
    await expect(held).not.toContainText('申請');
    await expect(held.getByRole('link')).toHaveCount(0);
  });

  test('an application that is not open cannot be started by its address either', async ({ page, portal, guard }) => {
    guard.expect(failedRequest('/launch/'));
    for (const code of ['emic', 'no-such-application']) {
      const answer = await page.request.get(`${portal.url}/launch/${code}`, { maxRedirects: 0 });
      expect(answer.status()).toBe(404);
    }
  });

  test('shows the announcements, the weightier one marked by a word', async ({ home }) => {
    await home.open();
    const warning = home.notices.filter({ hasText: '颱風警報期間，應變中心二級開設' });
    await expect(warning.getByRole('heading')).toContainText('注意');
    await expect(warning).toContainText('請各單位值班人員保持登入並留意訊息。');
    await expect(home.notices.filter({ hasText: '入口網示範環境' }).getByRole('heading')).toContainText('一般');
  });

  test('says that there is nothing yet', async ({ page, frame }) => {
    for (const list of ['applications', 'notices']) {
      await page.route(`**/api/v1/${list}`, (route) => route.fulfill({ json: { items: [], next: null } }));
    }
    await page.goto('/');
    await expect(frame.main).toContainText('目前沒有應用系統');
    await expect(frame.main).toContainText('目前沒有公告');
  });

  test('what could not be fetched is said in its place, and can be tried again there', async ({
    page,
    frame,
    home,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/applications'));
    await page.route('**/api/v1/applications', (route) => route.abort('connectionrefused'));
    await page.goto('/');
    const alert = frame.main.getByRole('alert');
    await expect(alert).toContainText('連不上伺服器');
    await expect(home.notices).toHaveCount(2);
    await page.unroute('**/api/v1/applications');
    await alert.getByRole('button', { name: '再試一次' }).click();
    await expect(home.tiles).toHaveCount(3);
    await expect(alert).toHaveCount(0);
  });

  test('a fault of the server shows the code that the service desk asks for', async ({ page, frame, guard }) => {
    guard.expect(failedRequest('/api/v1/notices'));
    const problem = { type: '/api/docs#internal', title: '', status: 500, code: 'internal', request_id: 'e2e-4711' };
    await page.route('**/api/v1/notices', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', json: problem }),
    );
    await page.goto('/');
    await expect(frame.main.getByRole('alert')).toContainText('伺服器發生錯誤');
    await expect(frame.main.getByRole('alert')).toContainText('e2e-4711');
  });

  test('an answer that is none of ours does not break the page', async ({ page, frame, home }) => {
    await page.route('**/api/v1/notices', (route) => route.fulfill({ contentType: 'text/html', body: '<p>proxy</p>' }));
    await page.goto('/');
    await expect(frame.main.getByRole('alert')).toContainText('看不懂伺服器的回覆');
    await expect(home.tiles).toHaveCount(3);
  });

  test('texts of the server are shown as texts', async ({ page, home }) => {
    const nasty = '<img src=x onerror="document.title=1"><b>粗</b>';
    const item = {
      id: '0190a5d6-0000-7000-8000-000000000000',
      severity: 'urgent',
      title: { zh: nasty, en: nasty },
      body: { zh: nasty, en: nasty },
      published_at: '2026-11-23T00:00:00.000Z',
    };
    await page.route('**/api/v1/notices', (route) => route.fulfill({ json: { items: [item], next: null } }));
    await page.goto('/');
    await expect(home.notices).toContainText(nasty);
    await expect(home.notices.locator('img, b')).toHaveCount(0);
  });

  test('the tabs lead to the pages and mark where one is', async ({ page, home, frame }) => {
    await home.open();
    const link = (name: string) => frame.tabs.getByRole('link', { name });
    await expect(link('首頁')).toHaveAttribute('aria-current', 'page');
    await link('我的登入').click();
    await expect(page).toHaveURL('/sessions');
    await expect(link('我的登入')).toHaveAttribute('aria-current', 'page');
    await expect(link('首頁')).not.toHaveAttribute('aria-current');
    await expect(frame.heading).toBeFocused();
    await page.goBack();
    await home.expectShown();
    await expect(page).toHaveURL('/');
  });
});
