import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Page } from '@playwright/test';
import * as client from 'openid-client';

import { MyEGovPages } from '../pages/myegov.ts';
import { CLIENT, MEMBERS } from '../support/sites.ts';
import { expect, test as base } from '../support/test.ts';

/**
 * A relying party that others wrote and certified (npm's `openid-client`): MyEGov's stand-in serves it as a
 * provider should.
 */

interface Served {
  /** A stand-in whose client is the relying party of these tests. */
  served: { readonly url: string; readonly redirectUri: string; readonly afterSignOut: string };
}

const test = base.extend<object, Served>({
  served: [
    async ({ sites }, use) => {
      // The relying party's own pages do not matter: the tests read the address at which the browser arrives.
      const relyingParty = createServer((_, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>relying party</title><link rel="icon" href="data:,">');
      });
      await new Promise<void>((resolve) => relyingParty.listen(0, '127.0.0.1', resolve));
      const here = `http://localhost:${(relyingParty.address() as AddressInfo).port}`;
      const [redirectUri, afterSignOut] = [`${here}/callback`, `${here}/bye`];
      const site = await sites.myegov({ redirectUri, afterSignOut });
      await use({ url: site.url, redirectUri, afterSignOut });
      relyingParty.closeAllConnections();
      await new Promise((resolve) => relyingParty.close(resolve));
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

const SCOPE = 'openid profile email phone agency';

function discover(served: { readonly url: string }, method = client.ClientSecretPost(CLIENT.secret)): Promise<client.Configuration> {
  return client.discovery(new URL(served.url), CLIENT.id, { client_secret: CLIENT.secret }, method, {
    execute: [client.allowInsecureRequests],
  });
}

interface Question {
  readonly address: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

async function question(
  configuration: client.Configuration,
  redirectUri: string,
  extra: Record<string, string> = {},
): Promise<Question> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: SCOPE,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...extra,
  });
  return { address, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

/** The address at which the browser comes back. */
async function wayBack(page: Page, redirectUri: string): Promise<URL> {
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  return new URL(page.url());
}

test.describe('MyEGov’s stand-in serves npm’s openid-client', () => {
  for (const { name, method } of [
    { name: 'client_secret_post', method: client.ClientSecretPost(CLIENT.secret) },
    { name: 'client_secret_basic', method: client.ClientSecretBasic(CLIENT.secret) },
  ]) {
    test(`a code, tokens and claims, by ${name}`, async ({ page, served }) => {
      const configuration = await discover(served, method);
      const { address, checks } = await question(configuration, served.redirectUri);
      await page.goto(address.href);
      await new MyEGovPages(page).passThrough(MEMBERS.civilServant);
      const tokens = await client.authorizationCodeGrant(configuration, await wayBack(page, served.redirectUri), {
        ...checks,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      expect(claims).toMatchObject({ iss: served.url, aud: CLIENT.id });
      expect(claims?.['at_hash']).toBeDefined();
      const people = await client.fetchUserInfo(configuration, tokens.access_token, claims!.sub);
      expect(people).toMatchObject({
        sub: claims!.sub,
        name: MEMBERS.civilServant.name,
        email: 'xiaoqing1234@example.com',
        account_kind: 'civil_servant',
        agency_oid: '2.16.886.101.20003.20001.20003',
      });
      expect(JSON.stringify(people), 'nobody asked for the national id').not.toContain('B223456782');
    });
  }

  test('a code is redeemed once', async ({ page, served }) => {
    const configuration = await discover(served);
    const { address, checks } = await question(configuration, served.redirectUri);
    await page.goto(address.href);
    await new MyEGovPages(page).passThrough(MEMBERS.rareName);
    const back = await wayBack(page, served.redirectUri);
    await client.authorizationCodeGrant(configuration, back, checks);
    await expect(client.authorizationCodeGrant(configuration, back, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('a code without its verifier is worth nothing', async ({ page, served }) => {
    const configuration = await discover(served);
    const { address, checks } = await question(configuration, served.redirectUri);
    await page.goto(address.href);
    await new MyEGovPages(page).passThrough(MEMBERS.naturalPerson);
    const back = await wayBack(page, served.redirectUri);
    const stolen = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
    await expect(client.authorizationCodeGrant(configuration, back, stolen)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('a question without PKCE is refused', async ({ page, served }) => {
    const configuration = await discover(served);
    const state = client.randomState();
    const address = client.buildAuthorizationUrl(configuration, { redirect_uri: served.redirectUri, scope: SCOPE, state });
    await page.goto(address.href);
    const back = await wayBack(page, served.redirectUri);
    await expect(client.authorizationCodeGrant(configuration, back, { expectedState: state })).rejects.toMatchObject({
      error: 'invalid_request',
    });
  });

  test('a person who turns back is an answer too, with its issuer', async ({ page, served }) => {
    const configuration = await discover(served);
    expect(configuration.serverMetadata()['authorization_response_iss_parameter_supported']).toBe(true);
    const { address, checks } = await question(configuration, served.redirectUri);
    await page.goto(address.href);
    await new MyEGovPages(page).cancel.click();
    const back = await wayBack(page, served.redirectUri);
    expect(back.searchParams.get('iss')).toBe(served.url);
    await expect(client.authorizationCodeGrant(configuration, back, checks)).rejects.toMatchObject({
      error: 'access_denied',
    });
  });

  test('prompt=none says that somebody has to sign in', async ({ page, served }) => {
    const configuration = await discover(served);
    const { address, checks } = await question(configuration, served.redirectUri, { prompt: 'none' });
    await page.goto(address.href);
    const back = await wayBack(page, served.redirectUri);
    await expect(client.authorizationCodeGrant(configuration, back, checks)).rejects.toMatchObject({
      error: 'login_required',
    });
  });

  test('prompt=login asks again, and auth_time says when', async ({ page, served }) => {
    const configuration = await discover(served);
    const first = await question(configuration, served.redirectUri);
    const egov = new MyEGovPages(page);
    await page.goto(first.address.href);
    await egov.passThrough(MEMBERS.civilServant);
    await wayBack(page, served.redirectUri);
    // A second question goes through by itself, one with prompt=login does not.
    const second = await question(configuration, served.redirectUri);
    await page.goto(second.address.href);
    await wayBack(page, served.redirectUri);
    const third = await question(configuration, served.redirectUri, { prompt: 'login', max_age: '600' });
    await page.goto(third.address.href);
    await egov.identify(MEMBERS.civilServant);
    const tokens = await client.authorizationCodeGrant(configuration, await wayBack(page, served.redirectUri), {
      ...third.checks,
      maxAge: 600,
    });
    expect(Math.abs(tokens.claims()!.auth_time! - Date.now() / 1000)).toBeLessThan(60);
  });

  test('an answer by a form carries the same', async ({ page, served }) => {
    const configuration = await discover(served);
    const { address, checks } = await question(configuration, served.redirectUri, { response_mode: 'form_post' });
    const posted = page.waitForRequest((request) => request.method() === 'POST' && request.url() === served.redirectUri);
    await page.goto(address.href);
    await new MyEGovPages(page).passThrough(MEMBERS.rareName);
    const body = (await posted).postData() ?? '';
    const answer = new Request(served.redirectUri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    const tokens = await client.authorizationCodeGrant(configuration, answer, checks);
    expect(tokens.claims()?.sub).toBeTruthy();
  });

  test('signing out comes back to the relying party', async ({ page, served }) => {
    const configuration = await discover(served);
    const { address, checks } = await question(configuration, served.redirectUri);
    await page.goto(address.href);
    await new MyEGovPages(page).passThrough(MEMBERS.naturalPerson);
    const tokens = await client.authorizationCodeGrant(configuration, await wayBack(page, served.redirectUri), checks);
    const state = client.randomState();
    const end = client.buildEndSessionUrl(configuration, {
      post_logout_redirect_uri: served.afterSignOut,
      id_token_hint: tokens.id_token!,
      state,
    });
    await page.goto(end.href);
    const sure = page.getByRole('button', { name: '登出', exact: true });
    if (!page.url().startsWith(served.afterSignOut)) await sure.click();
    await page.waitForURL(`${served.afterSignOut}?state=${state}`);
  });

  test('a token that was revoked opens nothing', async ({ page, served }) => {
    const configuration = await discover(served);
    const { address, checks } = await question(configuration, served.redirectUri);
    await page.goto(address.href);
    await new MyEGovPages(page).passThrough(MEMBERS.naturalPerson);
    const tokens = await client.authorizationCodeGrant(configuration, await wayBack(page, served.redirectUri), checks);
    await client.tokenRevocation(configuration, tokens.access_token);
    await expect(
      client.fetchUserInfo(configuration, tokens.access_token, tokens.claims()!.sub),
    ).rejects.toMatchObject({ status: 401 });
  });
});
