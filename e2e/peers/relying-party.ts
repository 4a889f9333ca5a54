import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

import { expect, type Page } from '@playwright/test';
import * as client from 'openid-client';

import { CLIENT } from '../support/sites.ts';
import { applicationPort } from './named.ts';
import type { Registration } from './provider.ts';

/** An authorization request under way: where the browser goes, and what proves that the answer belongs to it. */
export interface SignIn {
  readonly url: string;
  readonly checks: Required<Pick<client.AuthorizationCodeGrantChecks, 'pkceCodeVerifier' | 'expectedState' | 'expectedNonce'>> &
    client.AuthorizationCodeGrantChecks;
}

/** What has come in and is waited for, in the order in which it came. */
class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  put(item: T): void {
    const first = this.#waiting.shift();
    if (first) first(item);
    else this.#items.push(item);
  }

  take(): Promise<T> {
    const item = this.#items.shift();
    return item === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(item);
  }
}

/** A relying party that others have written: npm `openid-client` behind a small server. */
export class RelyingParty {
  readonly url: string;
  readonly #server: Server;
  readonly #answers = new Inbox<Request>();
  readonly #logouts = new Inbox<string>();

  private constructor(url: string, server: Server) {
    this.url = url;
    this.#server = server;
  }

  static async start(): Promise<RelyingParty> {
    const port = await applicationPort();
    const server = createServer();
    const party = new RelyingParty(`http://localhost:${port}`, server);
    server.on('request', (request, response) => {
      void party.#receive(request).then(() => {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        response.end('<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Back</title><h1>Back at the client</h1>');
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return party;
  }

  /** As it registers at a provider. */
  get registration(): Registration {
    return { redirectUri: this.redirectUri, afterSignOut: this.afterSignOut, backchannel: this.backchannel };
  }

  get redirectUri(): string {
    return `${this.url}/callback`;
  }

  get afterSignOut(): string {
    return `${this.url}/signed-out`;
  }

  get backchannel(): string {
    return `${this.url}/backchannel-logout`;
  }

  async #receive(request: IncomingMessage): Promise<void> {
    const address = new URL(request.url ?? '/', this.url);
    const body = await text(request);
    if (address.pathname === '/callback') {
      this.#answers.put(
        request.method === 'POST'
          ? new Request(address, { method: 'POST', body: new URLSearchParams(body) })
          : new Request(address),
      );
    }
    const token = new URLSearchParams(body).get('logout_token');
    if (address.pathname === '/backchannel-logout' && token) this.#logouts.put(token);
  }

  /** Reads the provider's discovery document. Signatures are verified, although the token comes over a direct connection. */
  async discover(
    issuer: string,
    authentication = client.ClientSecretPost(CLIENT.secret),
    id: string = CLIENT.id,
  ): Promise<client.Configuration> {
    const configuration = await client.discovery(new URL(issuer), id, undefined, authentication, {
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    });
    configuration.timeout = 10;
    return configuration;
  }

  /** Begins a sign-in. */
  async begin(configuration: client.Configuration, parameters: Record<string, string> = {}): Promise<SignIn> {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const expectedNonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile email phone agency',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      ...parameters,
    });
    const maxAge = parameters['max_age'] === undefined ? {} : { maxAge: Number(parameters['max_age']) };
    return { url: url.href, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true, ...maxAge } };
  }

  /** The provider's next answer, however it came. */
  answer(): Promise<Request> {
    return this.#answers.take();
  }

  /** The next logout token that the provider brings. */
  logoutToken(): Promise<string> {
    return this.#logouts.take();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The browser has come back, and may go on: while it is still coming, another address would be cut off. */
export async function isBack(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Back at the client' })).toBeVisible();
}

/** The claims of a token, if one of the provider's keys has signed it with ES256. */
export async function verified(token: string, jwksUri: string): Promise<{ typ: string; claims: Record<string, unknown> }> {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const { alg, kid, typ } = decoded(header);
  const set = (await (await fetch(jwksUri)).json()) as { keys: (JsonWebKey & { kid: string })[] };
  const jwk = set.keys.find((key) => key.kid === kid);
  if (alg !== 'ES256' || !jwk) throw new Error(`no key for ${String(alg)} ${String(kid)}`);
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
  if (!verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))) {
    throw new Error('the signature is wrong');
  }
  return { typ: String(typ), claims: decoded(claims) };
}
