/**
 * Debian's Apache with mod_auth_openidc, as agencies put it in front of applications that know nothing of sign-ins: who is
 * signed in and what they may comes to those in headers.
 */
import type { Page } from '@playwright/test';

import { Apache } from './apache.ts';
import { expect, test as base } from './provider.ts';

const test = base.extend<object, { apache: Apache }>({
  apache: [
    async ({ sites, provider }, use) => {
      const apache = await Apache.start(await sites.newFolder(), provider);
      await use(apache);
      await apache.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** The headers as the application behind gets them; none for who is led to the sign-in. */
async function headers(page: Page, apache: Apache, further: Record<string, string> = {}): Promise<Record<string, string> | undefined> {
  const answer = await page.request.get(`${apache.url}/desk`, { headers: further, maxRedirects: 0 });
  if (answer.status() === 302) return undefined;
  expect(answer.status()).toBe(200);
  return (await answer.json()) as Record<string, string>;
}

/** As they are sent: UTF-8, which HTTP takes for Latin-1. */
function text(value: string | undefined): string {
  return Buffer.from(value ?? '', 'latin1').toString('utf8');
}

async function signIn(page: Page, apache: Apache): Promise<void> {
  await page.goto(`${apache.url}/desk`);
  await apache.provider.signIn(page);
  await page.waitForURL(`${apache.url}/desk`);
}

test('signs somebody in, and hands their claims and roles on in headers', async ({ page, apache }) => {
  expect(await headers(page, apache)).toBeUndefined();
  await signIn(page, apache);
  const seen = (await headers(page, apache)) ?? {};
  for (const [claim, value] of [...Object.entries(apache.provider.claims), apache.provider.role]) {
    expect(text(seen[`oidc_claim_${claim}`]), claim).toBe(value);
  }
  expect(seen['oidc_claim_iss']).toBe(apache.provider.issuer);
});

test('nobody names their own roles', async ({ page, apache }) => {
  await signIn(page, apache);
  const [claim, value] = apache.provider.role;
  const seen = await headers(page, apache, { [`OIDC_CLAIM_${claim}`]: 'administrator' });
  expect(seen?.[`oidc_claim_${claim}`]).toBe(value);
});

test('who has another role is kept out', async ({ page, apache }) => {
  await signIn(page, apache);
  const answer = await page.request.get(`${apache.url}/others`, { maxRedirects: 0 });
  expect(answer.status()).toBe(403);
});

test('a deep link is kept through the sign-in', async ({ page, apache }) => {
  await page.goto(`${apache.url}/desk/reports?year=115`);
  await apache.provider.signIn(page);
  await page.waitForURL(`${apache.url}/desk/reports?year=115`);
});

test('a sign-out there is one of the provider', async ({ page, apache }) => {
  await signIn(page, apache);
  await page.goto(apache.signOut(`${apache.url}/public/signed-out`));
  await apache.provider.confirmSignOut(page);
  await page.waitForURL((url) => url.pathname === '/public/signed-out');
  expect(await headers(page, apache)).toBeUndefined();
  // The next sign-in asks for the password.
  await signIn(page, apache);
});

test('hears of a sign-out at the provider', async ({ page, apache }) => {
  await signIn(page, apache);
  expect(await headers(page, apache)).toBeDefined();
  await apache.provider.signOut(page);
  await expect.poll(() => headers(page, apache)).toBeUndefined();
});
