/**
 * The provider under test, as programs that are not ours see it. All of them get issuer, client id and secret from here: of a
 * provider that the environment names, or of one that is started for them.
 */
import { test as base, type Page } from '@playwright/test';

import { MyEGovPages } from '../pages/myegov.ts';
import { Guard } from '../support/guard.ts';
import { CLIENT, MEMBERS, Sites } from '../support/sites.ts';
import { named } from './named.ts';

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
  provider: [async ({ sites }, use) => use(async (application) => (await named()) ?? standIn(sites, application)), { scope: 'worker' }],
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

/** MyEGov's stand-in as the provider. */
async function standIn(sites: Sites, application: Registration): Promise<Provider> {
  const { url } = await sites.myegov(application);
  const person = MEMBERS.civilServant;
  const yes = (page: Page) => page.getByRole('main').getByRole('button', { name: '登出', exact: true }).click();
  return {
    issuer: url,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scope: 'openid profile email agency',
    offers: { pushedRequests: false, introspection: false, refresh: false },
    claims: { name: person.name, email: `${person.username}@example.com`, agency_oid: '2.16.886.101.20003.20001.20003' },
    role: ['account_kind', 'civil_servant'],
    signIn: (page) => new MyEGovPages(page).passThrough(person),
    // A hint of the session is enough for the stand-in.
    confirmSignOut: async () => {},
    signOut: async (page) => {
      await page.goto(url);
      await page.getByRole('banner').getByRole('link', { name: '會員登出' }).click();
      await yes(page);
      await page.waitForURL(`${url}/signed-out`);
    },
  };
}
