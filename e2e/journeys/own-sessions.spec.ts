import { expect, failedRequest, signIn, test } from '../support/test.ts';

test.describe('我的登入', () => {
  test('lists where one is signed in, marks this browser, and offers no end for it', async ({
    page,
    portal,
    person,
    sessions,
    another,
  }) => {
    await signIn(await another(), portal, person);
    await signIn(page, portal, person);
    await sessions.open();
    await expect(sessions.rows).toHaveCount(2);
    await expect(sessions.current).toHaveCount(1);
    await expect(sessions.current.getByRole('button')).toHaveCount(0);
    await expect(sessions.current).toContainText('EMIC 註冊帳號');
    await expect(sessions.current).toContainText('127.0.0.1');
    await expect(sessions.current).toContainText(/Chrome · Linux/);
    await expect(sessions.current).toHaveAttribute('aria-current', 'true');
  });

  test('ends another one: asked first, gone at once, told, and the focus is where it is told', async ({
    page,
    portal,
    person,
    sessions,
    another,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/session'));
    const elsewhere = await another();
    await signIn(elsewhere, portal, person);
    const there = await elsewhere.newPage();
    await there.goto('/');
    await expect(there.getByRole('banner').getByRole('timer')).toBeVisible();
    await signIn(page, portal, person);
    await sessions.open();

    const end = sessions.rows.getByRole('button', { name: /^結束 .*的登入$/ });
    await end.click();
    await expect(sessions.dialog).toBeVisible();
    await expect(sessions.dialog).toHaveAccessibleDescription('該裝置會立即登出，未儲存的內容可能遺失。');
    await sessions.dialog.getByRole('button', { name: '取消' }).click();
    await expect(sessions.rows).toHaveCount(2);
    await expect(end).toBeFocused();

    await end.click();
    await sessions.dialog.getByRole('button', { name: '結束', exact: true }).click();
    await expect(sessions.outcome).toBeVisible();
    await expect(sessions.outcome).toBeFocused();
    await expect(sessions.rows).toHaveCount(1);
    await expect(sessions.current).toHaveCount(1);

    // The other page is told at once, whatever is done in it.
    await expect(there).toHaveURL('/login?reason=ended');
    await expect(there.getByRole('alert')).toContainText('您的登入已在別處結束');
  });

  test('a session that has ended meanwhile is said so, and the list tells the truth', async ({
    page,
    portal,
    person,
    sessions,
    another,
    guard,
  }) => {
    guard.expect(failedRequest('/api/v1/sessions/'));
    const elsewhere = await another();
    await signIn(elsewhere, portal, person);
    await signIn(page, portal, person);
    await sessions.open();
    await elsewhere.request.delete(`${portal.url}/api/v1/session`, { data: {} });
    await sessions.rows.getByRole('button', { name: /^結束/ }).click();
    await sessions.dialog.getByRole('button', { name: '結束', exact: true }).click();
    await expect(page.getByRole('main').getByRole('alert')).toContainText('找不到資料');
  });

  test('somebody else’s session answers as one that does not exist', async ({ page, portal, another }) => {
    const [mine, theirs] = [await portal.newPerson('陳阿土'), await portal.newPerson('林美玉')];
    const other = await another();
    await signIn(other, portal, theirs);
    await signIn(page, portal, mine);
    const foreign = ((await (await other.request.get(`${portal.url}/api/v1/session`)).json()) as { id: string }).id;
    const unknown = '0190a5d6-0000-7000-8000-000000000000';
    const refusals: unknown[] = [];
    for (const id of [foreign, unknown]) {
      const answer = await page.request.delete(`${portal.url}/api/v1/sessions/${id}`, { data: {} });
      expect(answer.status()).toBe(404);
      const { request_id: _, ...problem } = (await answer.json()) as Record<string, unknown>;
      refusals.push(problem);
    }
    expect(refusals[0]).toEqual(refusals[1]);
    expect((await other.request.get(`${portal.url}/api/v1/session`)).status()).toBe(200);
    const listed = await page.request.get(`${portal.url}/api/v1/sessions`);
    expect(JSON.stringify(await listed.json())).not.toContain(foreign);
  });
});
