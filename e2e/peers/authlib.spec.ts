/**
 * An application in Python, as others write them: Flask with PyPI's Authlib, told of nothing but the issuer, its id and its
 * secret.
 */
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { Program } from '../support/program.ts';
import { python } from '../support/python.ts';
import { applicationPort } from './named.ts';
import { expect, test as base, type Provider } from './provider.ts';

const PROGRAM = join(import.meta.dirname, 'programs/authlib_app.py');

interface Application {
  readonly url: string;
  readonly provider: Provider;
}

const test = base.extend<object, { application: Application }>({
  application: [
    async ({ sites, provider: start }, use) => {
      const port = await applicationPort();
      const url = `http://localhost:${port}`;
      const provider = await start({
        redirectUri: `${url}/callback`,
        afterSignOut: `${url}/signed-out`,
        backchannel: `${url}/backchannel-logout`,
      });
      const settings = {
        ISSUER: provider.issuer,
        CLIENT_ID: provider.clientId,
        CLIENT_SECRET: provider.clientSecret,
        SCOPE: provider.scope,
        PORT: String(port),
        // Plain HTTP, which Authlib refuses otherwise; here all is on this machine.
        AUTHLIB_INSECURE_TRANSPORT: '1',
      };
      const log = join(await sites.newFolder(), 'authlib.log');
      const program = await Program.start('Authlib’s application', python(), settings, log, `${url}/ready`, [PROGRAM]);
      await use({ url, provider });
      await program.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** What the application says of who is signed in. */
async function who(page: Page, url: string): Promise<Record<string, unknown>> {
  return (await (await page.request.get(`${url}/`)).json()) as Record<string, unknown>;
}

async function signIn(page: Page, { url, provider }: Application): Promise<void> {
  await page.goto(`${url}/login`);
  await provider.signIn(page);
  await page.waitForURL(`${url}/`);
}

test('signs somebody in, with verified tokens and their claims', async ({ page, application }) => {
  const { url, provider } = application;
  expect(await who(page, url)).toEqual({ signed_in: false });
  await signIn(page, application);
  const told = await who(page, url);
  expect(told['userinfo']).toMatchObject({ ...provider.claims, [provider.role[0]]: provider.roleTold });
  expect(told['id_token']).toMatchObject({ iss: provider.issuer, aud: provider.clientId });
});

test('an answer that nobody asked for signs nobody in', async ({ page, application, guard }) => {
  const { url } = application;
  guard.expect(/status of 500/);
  const answer = await page.goto(`${url}/callback?code=stolen&state=made-up`);
  expect(answer?.status()).toBe(500);
  expect(await who(page, url)).toEqual({ signed_in: false });
});

test('a sign-out of the application is one of the provider', async ({ page, application }) => {
  const { url, provider } = application;
  await signIn(page, application);
  await page.goto(`${url}/logout`);
  await provider.confirmSignOut(page);
  await page.waitForURL(`${url}/signed-out?state=*`);
  await expect(page.getByText('"signed_out":true')).toBeVisible();
  // The next sign-in asks for the password.
  await page.goto(`${url}/login`);
  await provider.signIn(page);
  await page.waitForURL(`${url}/`);
});

test('hears of a sign-out at the provider, by a token that it has verified', async ({ page, application }) => {
  const { url, provider } = application;
  await signIn(page, application);
  await provider.signOut(page);
  await expect.poll(() => who(page, url)).toEqual({ signed_in: false });
});

test('a sign-out that the provider has not signed ends nothing', async ({ page, application }) => {
  const { url, provider } = application;
  await signIn(page, application);
  const { sid, sub } = (await who(page, url))['id_token'] as { sid: string; sub: string };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: provider.issuer,
    aud: provider.clientId,
    iat: now,
    exp: now + 60,
    jti: 'made-up',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sid,
    sub,
  };
  for (const token of [`${part({ alg: 'none' })}.${part(claims)}.`, `${part({ alg: 'ES256' })}.${part(claims)}.AAAA`]) {
    const answer = await page.request.post(`${url}/backchannel-logout`, { form: { logout_token: token } });
    expect(answer.status()).toBe(400);
  }
  expect(await who(page, url)).toMatchObject({ signed_in: true });
});
