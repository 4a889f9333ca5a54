/**
 * Applications in Node, by the two libraries that others write them with: npm's `openid-client`, and `oauth4webapi` below it, which
 * forgives nothing.
 */
import type { Page } from '@playwright/test';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';

import { expect, test as base, type Provider } from './provider.ts';
import { RelyingParty, isBack, verified } from './relying-party.ts';

interface Application {
  readonly party: RelyingParty;
  readonly provider: Provider;
}

const test = base.extend<object, { application: Application }>({
  application: [
    async ({ provider: start }, use) => {
      const party = await RelyingParty.start();
      await use({ party, provider: await start(party.registration) });
      await party.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** All is on this machine, without TLS. */
const PLAIN = { [oauth.allowInsecureRequests]: true };

/** An application by oauth4webapi, which knows the provider by its discovery document. */
class Strict {
  readonly #application: Application;
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly authentication: oauth.ClientAuth;

  private constructor(application: Application, server: oauth.AuthorizationServer, authentication: oauth.ClientAuth) {
    this.#application = application;
    this.server = server;
    this.client = { client_id: application.provider.clientId };
    this.authentication = authentication;
  }

  static async discover(
    application: Application,
    by: (secret: string) => oauth.ClientAuth = oauth.ClientSecretBasic,
  ): Promise<Strict> {
    const issuer = new URL(application.provider.issuer);
    const answer = await oauth.discoveryRequest(issuer, PLAIN);
    const server = await oauth.processDiscoveryResponse(issuer, answer);
    return new Strict(application, server, by(application.provider.clientSecret));
  }

  /** What a sign-in asks for, and what proves that the answer belongs to it. */
  async question(): Promise<{ parameters: Record<string, string>; verifier: string }> {
    const verifier = oauth.generateRandomCodeVerifier();
    const parameters = {
      client_id: this.client.client_id,
      redirect_uri: this.#application.party.redirectUri,
      response_type: 'code',
      scope: this.#application.provider.scope,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
    };
    return { parameters, verifier };
  }

  address(parameters: Record<string, string>): string {
    const address = new URL(this.server.authorization_endpoint ?? '');
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    return address.href;
  }

  /** Asks, lets the person sign in, and redeems the code; a second time too, where `again` says so. */
  async tokens(page: Page): Promise<{ tokens: oauth.TokenEndpointResponse; redeem: () => Promise<Response> }> {
    const { parameters, verifier } = await this.question();
    return this.redeemed(page, this.address(parameters), parameters, verifier);
  }

  async redeemed(
    page: Page,
    address: string,
    { state = '', nonce = '' }: Record<string, string>,
    verifier: string,
  ): Promise<{ tokens: oauth.TokenEndpointResponse; redeem: () => Promise<Response> }> {
    const { party, provider } = this.#application;
    await page.goto(address);
    await provider.signIn(page);
    await isBack(page);
    // It checks state and, as RFC 9207 has it, the issuer.
    const back = oauth.validateAuthResponse(this.server, this.client, new URL((await party.answer()).url), state);
    const redeem = () =>
      oauth.authorizationCodeGrantRequest(this.server, this.client, this.authentication, back, party.redirectUri, verifier, PLAIN);
    const answer = await redeem();
    const tokens = await oauth.processAuthorizationCodeResponse(this.server, this.client, answer, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(this.server, answer, PLAIN);
    return { tokens, redeem };
  }

  /** The error by which the provider refuses. */
  async refusal(answer: Response): Promise<string> {
    const refused = await oauth.processGenericTokenEndpointResponse(this.server, this.client, answer).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(oauth.ResponseBodyError);
    return (refused as oauth.ResponseBodyError).error;
  }

  userinfo(accessToken: string): Promise<Response> {
    return oauth.userInfoRequest(this.server, this.client, accessToken, PLAIN);
  }
}

for (const { name, by } of [
  { name: 'client_secret_basic', by: oauth.ClientSecretBasic },
  { name: 'client_secret_post', by: oauth.ClientSecretPost },
]) {
  test(`oauth4webapi: a code, verified tokens and claims, by ${name}`, async ({ page, application }) => {
    const strict = await Strict.discover(application, by);
    const { tokens } = await strict.tokens(page);
    const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '';
    const answer = await strict.userinfo(tokens.access_token);
    const told = await oauth.processUserInfoResponse(strict.server, strict.client, subject, answer);
    const { claims, role, roleTold } = application.provider;
    expect(told).toMatchObject({ ...claims, [role[0]]: roleTold });
  });
}

test('oauth4webapi: a code that comes twice is refused, and takes back what it gave', async ({ page, application }) => {
  const strict = await Strict.discover(application);
  const { tokens, redeem } = await strict.tokens(page);
  expect(await strict.refusal(await redeem())).toBe('invalid_grant');
  const answer = await strict.userinfo(tokens.access_token).catch((error: unknown) => error);
  expect(answer).toMatchObject({ status: 401 });
});

test('oauth4webapi: a token that was revoked opens nothing', async ({ page, application }) => {
  const strict = await Strict.discover(application);
  const { tokens } = await strict.tokens(page);
  const { server, client: who, authentication } = strict;
  const revoked = await oauth.revocationRequest(server, who, authentication, tokens.access_token, PLAIN);
  await oauth.processRevocationResponse(revoked);
  const answer = await strict.userinfo(tokens.access_token).catch((error: unknown) => error);
  expect(answer).toMatchObject({ status: 401 });
});

test('the discovery document offers what the provider says, and no more', async ({ application }) => {
  const { server } = await Strict.discover(application);
  expect({
    pushedRequests: server.pushed_authorization_request_endpoint !== undefined,
    introspection: server.introspection_endpoint !== undefined,
    refresh: server.grant_types_supported?.includes('refresh_token') ?? false,
  }).toEqual(application.provider.offers);
  expect(server.code_challenge_methods_supported).toEqual(['S256']);
  expect(server.authorization_response_iss_parameter_supported).toBe(true);
  expect(server.backchannel_logout_supported).toBe(true);
});

test('oauth4webapi: a request that was pushed is good once', async ({ page, application, guard }) => {
  test.skip(!application.provider.offers.pushedRequests, 'the provider takes none');
  guard.expect(/status of 400/);
  const strict = await Strict.discover(application);
  const { server, client: who, authentication } = strict;
  const { parameters, verifier } = await strict.question();
  const answer = await oauth.pushedAuthorizationRequest(server, who, authentication, parameters, PLAIN);
  const { request_uri } = await oauth.processPushedAuthorizationResponse(server, who, answer);
  const address = strict.address({ client_id: who.client_id, request_uri });
  const { tokens } = await strict.redeemed(page, address, parameters, verifier);
  expect(oauth.getValidatedIdTokenClaims(tokens)?.iss).toBe(application.provider.issuer);
  // The second time the person reads why, or the application does.
  const again = await page.goto(address);
  if (page.url().startsWith(application.party.redirectUri)) {
    const { searchParams } = new URL((await application.party.answer()).url);
    expect([searchParams.has('error'), searchParams.has('code')]).toEqual([true, false]);
  } else {
    expect(again?.status()).toBe(400);
  }
});

test('oauth4webapi: introspection tells what a token is worth, until it is revoked', async ({ page, application }) => {
  test.skip(!application.provider.offers.introspection, 'the provider has none');
  const strict = await Strict.discover(application);
  const { server, client: who, authentication } = strict;
  const { tokens } = await strict.tokens(page);
  const look = async () => {
    const answer = await oauth.introspectionRequest(server, who, authentication, tokens.access_token, PLAIN);
    return oauth.processIntrospectionResponse(server, who, answer);
  };
  expect(await look()).toMatchObject({ active: true, client_id: who.client_id, sub: oauth.getValidatedIdTokenClaims(tokens)?.sub });
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, who, authentication, tokens.access_token, PLAIN),
  );
  expect(await look()).toEqual({ active: false });
});

test('oauth4webapi: a refresh token is exchanged once, and used twice it ends all that came of it', async ({ page, application }) => {
  test.skip(!application.provider.offers.refresh, 'the provider gives none');
  const strict = await Strict.discover(application);
  const { server, client: who, authentication } = strict;
  const { tokens } = await strict.tokens(page);
  const refresh = (token: string | undefined) =>
    oauth.refreshTokenGrantRequest(server, who, authentication, token ?? '', PLAIN);
  const next = await oauth.processRefreshTokenResponse(server, who, await refresh(tokens.refresh_token));
  expect(next.refresh_token).toBeDefined();
  expect(next.refresh_token).not.toBe(tokens.refresh_token);
  expect(await strict.refusal(await refresh(tokens.refresh_token))).toBe('invalid_grant');
  expect(await strict.refusal(await refresh(next.refresh_token))).toBe('invalid_grant');
  const answer = await strict.userinfo(next.access_token).catch((error: unknown) => error);
  expect(answer).toMatchObject({ status: 401 });
});

test('openid-client: from the sign-in to a sign-out that is told by a signed message', async ({ page, application }) => {
  const { party, provider } = application;
  const configuration = await party.discover(provider.issuer, client.ClientSecretBasic(provider.clientSecret), provider.clientId);
  const { url, checks } = await party.begin(configuration, { scope: provider.scope });
  await page.goto(url);
  await provider.signIn(page);
  await isBack(page);
  const tokens = await client.authorizationCodeGrant(configuration, await party.answer(), checks);
  const claims = tokens.claims();
  const told = await client.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? '');
  expect(told).toMatchObject({ ...provider.claims, [provider.role[0]]: provider.roleTold });
  const end = client.buildEndSessionUrl(configuration, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: party.afterSignOut,
    state: 'the state',
  });
  await page.goto(end.href);
  await provider.confirmSignOut(page);
  await page.waitForURL(`${party.afterSignOut}?state=the+state`);
  const message = await verified(await party.logoutToken(), configuration.serverMetadata().jwks_uri ?? '');
  expect(message.typ).toBe('logout+jwt');
  expect(message.claims).toMatchObject({ iss: provider.issuer, aud: provider.clientId, sid: claims?.['sid'] });
  await expect(client.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? '')).rejects.toMatchObject({ status: 401 });
});

test('openid-client: who has not signed in is not, when nobody may be asked', async ({ page, application }) => {
  const { party, provider } = application;
  const configuration = await party.discover(provider.issuer, client.ClientSecretPost(provider.clientSecret), provider.clientId);
  const { url, checks } = await party.begin(configuration, { scope: provider.scope, prompt: 'none' });
  await page.goto(url);
  const refused = client.authorizationCodeGrant(configuration, await party.answer(), checks);
  await expect(refused).rejects.toMatchObject({ error: 'login_required' });
});
