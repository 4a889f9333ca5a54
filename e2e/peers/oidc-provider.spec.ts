import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { BrowserContext, Page } from '@playwright/test';
import Provider, { type Configuration } from 'oidc-provider';

import { freePort } from '../support/program.ts';
import { CLIENT, providerSettings, type Portal } from '../support/sites.ts';
import { expect, test as base } from '../support/test.ts';

/**
 * An OpenID Connect provider that others wrote and certified (npm's `oidc-provider`): the portal signs people
 * in there as it does at MyEGov.
 */

/** Who signs in there; the claims are named as MyEGov's are. */
const CLAIMS = {
  name: '高橋・ミカ',
  email: 'mika@example.com',
  phone_number: '0912-345678',
  account_kind: 'civil_servant',
  agency_oid: '2.16.886.101.90010.20002.20040',
};

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

/** One private key for each algorithm, as the provider's configuration wants them. */
function keys(): { keys: object[] } {
  const pairs = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ed25519'),
  ];
  return {
    keys: pairs.map(({ privateKey }, place) => ({
      ...privateKey.export({ format: 'jwk' }),
      alg: ALGORITHMS[place],
      use: 'sig',
      kid: `peer-${place}`,
    })),
  };
}

interface Peer {
  readonly issuer: string;
  readonly portal: Portal;
  /** The grants that it gave: one line for each token request. */
  readonly grants: string[];
}

async function open(
  algorithm: Algorithm,
  secretGoes: Secret,
  start: (settings: Record<string, string>, port: number) => Promise<Portal>,
): Promise<Peer & { server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const port = await freePort();
  const portalUrl = `http://localhost:${port}`;
  const configuration: Configuration = {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${portalUrl}/auth/egov/callback`],
        post_logout_redirect_uris: [`${portalUrl}/login`],
        backchannel_logout_uri: `${portalUrl}/auth/egov/backchannel-logout`,
        token_endpoint_auth_method: secretGoes,
        id_token_signed_response_alg: algorithm,
        application_type: 'web',
      },
    ],
    clientAuthMethods: [secretGoes],
    enabledJWA: { idTokenSigningAlgValues: [...ALGORITHMS] },
    jwks: keys(),
    claims: {
      openid: ['sub'],
      profile: ['name', 'account_kind'],
      email: ['email'],
      phone: ['phone_number'],
      agency: ['agency_oid'],
    },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...CLAIMS }) }),
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    // It refuses to call addresses of this machine, where the portal is.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    pkce: { required: () => true },
    cookies: { keys: ['nothing secret in a test'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
  };
  const provider = new Provider(issuer, configuration);
  const grants: string[] = [];
  provider.on('grant.success', ({ oidc }) => {
    const { params, client } = oidc;
    grants.push(`${params?.['grant_type']} pkce=${Boolean(params?.['code_verifier'])} by=${client?.clientAuthMethod}`);
  });
  server.on('request', provider.callback());
  const portal = await start({ ...providerSettings(issuer), EMIC_EGOV_ALGORITHMS: algorithm }, port);
  return { issuer, portal, grants, server };
}

type Secret = 'client_secret_post' | 'client_secret_basic';

const test = base.extend<object, { peer: (algorithm: Algorithm, secretGoes: Secret) => Promise<Peer> }>({
  // One for each way, made when the first test wants it.
  peer: [
    async ({ sites }, use) => {
      const made = new Map<string, ReturnType<typeof open>>();
      await use((algorithm, secretGoes) => {
        const name = `${algorithm} ${secretGoes}`;
        const peer = made.get(name) ?? open(algorithm, secretGoes, (settings, port) => sites.portal(settings, port));
        made.set(name, peer);
        return peer;
      });
      for (const peer of made.values()) {
        const { server } = await peer;
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** As MyEGov does it. */
const LIKE_MYEGOV = ['ES256', 'client_secret_post'] as const;

/** Signs in on the provider's own pages, and agrees. */
async function identify(page: Page, account: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(account);
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** The provider's pages for developers want a font from far away. */
async function stayHere(context: BrowserContext): Promise<void> {
  const elsewhere = (url: URL) => !['localhost', '127.0.0.1'].includes(url.hostname);
  await context.route(elsewhere, (route) => route.fulfill({ contentType: 'text/css', body: '' }));
}

// They are not ours to judge.
test.beforeEach(async ({ guard, context }) => {
  guard.expect(/ at http:\/\/127\.0\.0\.1:\d+\//);
  await stayHere(context);
});

for (const [algorithm, secretGoes] of [
  LIKE_MYEGOV,
  ['RS256', 'client_secret_basic'],
  ['EdDSA', 'client_secret_post'],
] as const) {
  test(`The portal signs people in at npm’s oidc-provider by ${algorithm} and ${secretGoes}`, async ({
    page,
    frame,
    home,
    peer,
  }) => {
    const { portal, grants } = await peer(algorithm, secretGoes);
    await page.goto(`${portal.url}/auth/egov/login?mode=redirect&return_to=%2Fsessions`);
    await identify(page, `mika-${algorithm}`);
    await expect(page).toHaveURL(`${portal.url}/sessions`);
    await frame.expectSignedInAs(CLAIMS.name);
    await expect(frame.main).toContainText('我的E政府');
    await page.goto(`${portal.url}/`);
    await home.expectShown();
    await expect(frame.main).toContainText('公務人員');
    await expect(frame.main).toContainText('彰化縣消防局');
    expect(grants).toContain(`authorization_code pkce=true by=${secretGoes}`);
  });
}

test('The pop-up works at npm’s oidc-provider too', async ({ page, login, frame, peer }) => {
  const { portal } = await peer(...LIKE_MYEGOV);
  await page.goto(`${portal.url}/login`);
  const popup = page.waitForEvent('popup');
  await login.goToEgov.click();
  const window = await popup;
  const closed = window.waitForEvent('close');
  await identify(window, 'mika-popup');
  await frame.expectSignedInAs(CLAIMS.name);
  await closed;
});

test('The same member is the same person at the second sign-in, another member is another', async ({ page, frame, peer, another }) => {
  const { portal } = await peer(...LIKE_MYEGOV);
  const ids: string[] = [];
  for (const account of ['mika-again', 'mika-again', 'mika-other']) {
    const browser = await another();
    await stayHere(browser);
    const where = await browser.newPage();
    await where.goto(`${portal.url}/auth/egov/login?mode=redirect`);
    await identify(where, account);
    await expect(where).toHaveURL(`${portal.url}/`);
    const session = await where.request.get(`${portal.url}/api/v1/session`);
    ids.push(((await session.json()) as { person: { id: string } }).person.id);
  }
  // Their e-mail addresses are the same: only issuer and subject count.
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  await expect(frame.signOut).toHaveCount(0);
  await expect(page).toHaveURL('about:blank');
});

test('Whoever turns back at npm’s oidc-provider is told so', async ({ page, login, peer }) => {
  const { portal } = await peer(...LIKE_MYEGOV);
  await page.goto(`${portal.url}/auth/egov/login?mode=redirect&return_to=%2Fsessions`);
  await page.getByRole('link', { name: /Cancel|Abort/ }).click();
  await expect(page).toHaveURL(`${portal.url}/login?reason=egov_denied&return_to=%2Fsessions`);
  await expect(login.alert).toContainText('沒有完成『我的E政府』登入');
});

test('Signing out at npm’s oidc-provider comes back, and ends the sessions here by its own message', async ({
  page,
  login,
  frame,
  peer,
  context,
}) => {
  const { portal } = await peer(...LIKE_MYEGOV);
  await page.goto(`${portal.url}/auth/egov/login?mode=redirect`);
  await identify(page, 'mika-leaves');
  await frame.expectSignedInAs(CLAIMS.name);
  const cookies = await context.cookies();
  // Straight to the provider, past the portal's own sign-out: its message alone ends the session here.
  await page.goto(`${portal.url}/auth/egov/logout`);
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(page).toHaveURL(/\/login(\?|$)/);
  await frame.expectSignedOut();
  await expect(login.submit).toBeVisible();
  const session = cookies.find((cookie) => cookie.name === '__Host-emic-session');
  const answer = await fetch(`${portal.url}/api/v1/session`, {
    headers: { cookie: `${session?.name}=${session?.value}` },
  });
  expect(await answer.json()).toMatchObject({ code: 'session_ended' });
});
