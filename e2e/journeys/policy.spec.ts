import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

/** What every answer says, also one that is no page. */
const EVERYWHERE: Record<string, RegExp> = {
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^(no-referrer|strict-origin|strict-origin-when-cross-origin|same-origin)$/,
  'cross-origin-opener-policy': /^same-origin-allow-popups$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'content-security-policy': /default-src 'self'.*object-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/,
};

test('every answer carries the security headers, also where there is nothing', async ({ portal, request }) => {
  for (const { path, status } of [
    { path: '/', status: 200 },
    { path: '/sessions', status: 200 },
    { path: '/nowhere', status: 200 },
    { path: '/nothing.js', status: 404 },
    { path: '/auth/nothing', status: 404 },
    { path: '/api/v1/nothing', status: 404 },
    { path: '/api/v1/session', status: 401 },
    { path: '/api/docs', status: 200 },
    { path: '/health/live', status: 200 },
  ]) {
    const answer = await request.get(`${portal.url}${path}`);
    expect(answer.status(), path).toBe(status);
    for (const [name, value] of Object.entries(EVERYWHERE)) {
      expect(answer.headers()[name], `${name} on ${path}`).toMatch(value);
    }
    expect(answer.headers()['content-security-policy'], path).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
  }
});

test('an unknown path of the API is a JSON 404, never a page', async ({ portal, request }) => {
  const answer = await request.get(`${portal.url}/api/v1/nothing`);
  expect(answer.headers()['content-type']).toContain('application/problem+json');
  expect(answer.headers()['cache-control']).toBe('no-store');
  expect(await answer.json()).toMatchObject({ status: 404, code: 'not_found' });
});

test('the page is asked for anew each time, what it is made of never', async ({ page, login }) => {
  const caching = new Map<string, string>();
  page.on('response', (response) => {
    caching.set(new URL(response.url()).pathname, response.headers()['cache-control'] ?? '');
  });
  await login.open();
  expect(caching.get('/login')).toBe('no-cache');
  const assets = [...caching].filter(([path]) => /\.(js|css|wasm|svg)$/.test(path));
  expect(assets.length).toBeGreaterThan(3);
  for (const [path, value] of assets) expect(value, path).toBe('public, max-age=31536000, immutable');
  for (const [path, value] of caching) if (path.startsWith('/api/')) expect(value, path).toBe('no-store');
});

test('a foreign script does not run, and these tests would notice', async ({ page, login, guard }) => {
  await login.open();
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<b style="color: red">x</b>');
    const element = document.createElement('b');
    element.setAttribute('onclick', 'window.ran = true');
    document.body.append(element);
    element.click();
  });
  await expect.poll(() => guard.unexpected().filter((found) => found.startsWith('policy:')).length).toBeGreaterThanOrEqual(3);
  expect(await page.evaluate(() => (window as unknown as { ran?: boolean }).ran)).toBeUndefined();
  guard.expect(/^policy: (script-src-elem|script-src-attr|style-src-attr) blocks inline/, /^console: .*Content Security Policy/);
});

test('another site can neither frame the portal nor send it forms or requests', async ({ page, portal, person, guard, context }) => {
  guard.expect(/^console:/, /^policy:/);
  await signIn(page, portal, person);
  // A page of another site, with the person's browser.
  const evil = 'http://127.0.0.1:1';
  await page.route(`${evil}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${portal.url}/login"></iframe>` }),
  );
  await page.goto(`${evil}/`);
  await expect(page.frameLocator('iframe').getByRole('heading')).toHaveCount(0);
  const sent = await page.evaluate(async (target) => {
    const attempts: RequestInit[] = [
      { method: 'DELETE', body: '{}', headers: { 'content-type': 'application/json' } },
      { method: 'POST', body: '{"username":"x","password":"y"}', headers: { 'content-type': 'text/plain' } },
    ];
    const outcomes: string[] = [];
    for (const attempt of attempts) {
      outcomes.push(
        await fetch(`${target}/api/v1/session`, { ...attempt, credentials: 'include', mode: 'cors' }).then(
          (answer) => String(answer.status),
          () => 'refused',
        ),
      );
    }
    return outcomes;
  }, portal.url);
  expect(sent).toEqual(['refused', 'refused']);
  expect((await context.request.get(`${portal.url}/api/v1/session`)).status(), 'still signed in').toBe(200);
});

test('an error of a script is noticed by these tests', async ({ page, login, guard }) => {
  await login.open();
  await page.evaluate(() => setTimeout(() => {
    throw new Error('made by the test');
  }));
  await expect.poll(() => guard.unexpected()).toEqual([expect.stringContaining('made by the test')]);
  guard.expect(/made by the test/);
});

test('nothing is fetched from another site', async ({ page, portal, person, home, frame, myegov }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(portal.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  await signIn(page, portal, person);
  await home.open();
  for (const path of ['/sessions', '/login', '/about', '/downloads', '/environment', '/support']) {
    await page.goto(path);
    await expect(frame.heading).toBeVisible();
  }
  expect(elsewhere).toEqual([]);
  await page.goto(`${myegov.url}/sign-in`);
  expect(elsewhere.filter((url) => !url.startsWith(myegov.url))).toEqual([]);
});

test('the guard lets an announced refusal pass and nothing else', async ({ page, login, guard }) => {
  guard.expect(failedRequest('/api/v1/site'));
  await page.route('**/api/v1/site', (route) => route.abort());
  await login.open();
  expect(guard.unexpected()).toEqual([]);
});

test('who follows a link too often sees a page that says so, also on a telephone', async ({ page, sites, guard }) => {
  const own = await sites.portal({ EMIC_RATE_PER_SOURCE: '1' });
  guard.expect(failedRequest('/launch/emic'));
  await page.request.get(`${own.url}/api/v1/site`);
  await page.setViewportSize({ width: 360, height: 740 });
  const answer = await page.goto(`${own.url}/launch/emic`);
  expect(answer?.status()).toBe(429);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('要求太頻繁');
  await expect(page.getByRole('link', { name: '再試一次' })).toHaveAttribute('href', '/launch/emic');
  await expectAccessibleInBothColours(page, 'a refusal');
  await expectNoSidewaysScrolling(page, 'a refusal at 360');
});
