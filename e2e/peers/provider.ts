/**
 * The provider under test, as programs that are not ours see it. All of them get issuer, client id and secret from here: of a
 * provider that the environment names, or of one that is started for them.
 */
import { test as base, request, type Page } from '@playwright/test';

import { Frame } from '../pages/frame.ts';
import { Guard } from '../support/guard.ts';
import { DEMO, Sites } from '../support/sites.ts';
import { signIn } from '../support/test.ts';
import { named, signInAnywhere } from './named.ts';

/** Where an application hears of the provider, as it registers there. */
export interface Registration {
  readonly redirectUri: string;
  readonly afterSignOut: string;
  readonly backchannel: string;
}

/** A provider that knows an application, and somebody who signs in. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes that the application may ask for. */
  readonly scope: string;
  /** Which parts of the protocol it has beside those that every provider has. */
  readonly offers: { readonly pushedRequests: boolean; readonly introspection: boolean; readonly refresh: boolean };
  /** What userinfo tells of the person, among other things. */
  readonly claims: Record<string, string>;
  /** Name and value of a claim by which an application lets people in. */
  readonly role: readonly [string, string];
  /** That claim as userinfo tells it. */
  readonly roleTold: string | readonly string[];
  /** Signs in on the pages to which the application has led. */
  readonly signIn: (page: Page) => Promise<void>;
  /** Says yes where the provider asks, after the application has led there to sign out. */
  readonly confirmSignOut: (page: Page) => Promise<void>;
  /** Signs out on the provider's own pages, without the application. */
  readonly signOut: (page: Page) => Promise<void>;
}

interface Made {
  sites: Sites;
  /** Starts a provider with one client, who is registered so. */
  provider: (application: Registration) => Promise<Provider>;
}

export const test = base.extend<{ guard: Guard; logs: void }, Made>({
  sites: [
    async ({}, use) => {
      const sites = await Sites.open();
      await use(sites);
      await sites.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  provider: [async ({ sites }, use) => use(async (application) => (await named()) ?? thePortal(sites, application)), { scope: 'worker' }],
  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      // The applications have no icon.
      guard.expect(/favicon\.ico$/);
      await guard.watch(context);
      await use(guard);
      guard.check();
    },
    { auto: true },
  ],
  logs: [
    async ({ sites }, use, info) => {
      await use();
      if (info.status !== info.expectedStatus) {
        await info.attach('logs', { body: await sites.logs(), contentType: 'text/plain' });
      }
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';

/** The portal as the provider, with an application that is registered as its keepers do it. */
async function thePortal(sites: Sites, application: Registration): Promise<Provider> {
  const portal = await sites.portal();
  const keeper = await request.newContext({ baseURL: portal.url, extraHTTPHeaders: { origin: portal.url } });
  await signIn(keeper, portal, DEMO.administrator);
  const registered = await keeper.post('/api/v1/managed-applications/emic/client', {
    data: {
      redirect_uris: [application.redirectUri],
      post_logout_redirect_uris: [application.afterSignOut],
      backchannel_logout_uri: application.backchannel,
      initiate_login_uri: null,
      authentication: 'client_secret',
      jwks: null,
      signing_algorithm: 'ES256',
      subject_type: 'public',
      refresh_tokens: true,
      extends_session: false,
      reads_directory: false,
      pushed_requests_only: false,
    },
  });
  if (!registered.ok()) throw new Error(`not registered: ${await registered.text()}`);
  const { client_secret: clientSecret } = (await registered.json()) as { client_secret: string };
  await keeper.dispose();
  const person = DEMO.responder;
  return {
    issuer: portal.url,
    clientId: 'emic',
    clientSecret,
    scope: 'openid profile email agency roles',
    offers: { pushedRequests: true, introspection: true, refresh: true },
    claims: { name: person.name, email: `${person.username}@example.com`, agency_oid: '2.16.886.101.90010.20002.20040' },
    role: ['roles', 'reporter'],
    roleTold: ['reporter'],
    signIn: (page) => signInAnywhere(page, person),
    // A hint of the session is enough.
    confirmSignOut: async () => {},
    signOut: async (page) => {
      await page.goto(portal.url);
      await new Frame(page).signOut.click();
      await page.waitForURL(/\/login/);
    },
  };
}
