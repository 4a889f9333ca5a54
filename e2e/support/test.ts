import { test as base, type APIRequestContext, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';

import { Guard } from './guard.ts';
import { Sites, type MyEGov, type Person, type Portal } from './sites.ts';
import { Frame } from '../pages/frame.ts';
import { HomePage } from '../pages/home.ts';
import { LoginPage } from '../pages/login.ts';
import { ProfilePage } from '../pages/profile.ts';
import { SessionsPage } from '../pages/sessions.ts';
import { TokensPage } from '../pages/tokens.ts';

interface Shared {
  /** The sites of this worker. */
  sites: Sites;
  /** A portal and its MyEGov, with demo data, for tests that need nothing special. */
  pair: { portal: Portal; myegov: MyEGov };
  /** The same with a provider that answers by a form. */
  formPost: { portal: Portal; myegov: MyEGov };
  /** A portal whose sessions end after seconds. */
  hasty: Portal;
  /** A portal whose sessions last a little longer than the last warning before their end. */
  warning: Portal;
}

interface Fixtures {
  portal: Portal;
  myegov: MyEGov;
  /** What must not happen anywhere. */
  guard: Guard;
  /** Another browser: nothing in common with the first one. */
  another: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** An account that no other test uses. */
  person: Person;
  /** What surrounds every page. */
  frame: Frame;
  login: LoginPage;
  home: HomePage;
  profile: ProfilePage;
  sessions: SessionsPage;
  tokens: TokensPage;
  /** The programs' logs, attached to a test that failed. */
  logs: void;
}

export const test = base.extend<Fixtures, Shared>({
  sites: [
    async ({}, use) => {
      const sites = await Sites.open();
      await use(sites);
      await sites.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  pair: [async ({ sites }, use) => use(await sites.pair()), { scope: 'worker', timeout: 60_000 }],
  formPost: [
    async ({ sites }, use) => use(await sites.pair({ EMIC_EGOV_RESPONSE_MODE: 'form_post' })),
    { scope: 'worker', timeout: 60_000 },
  ],
  hasty: [
    async ({ sites }, use) => use(await sites.portal({ EMIC_SESSION_IDLE: '8s', EMIC_SESSION_ABSOLUTE: '14s' })),
    { scope: 'worker', timeout: 60_000 },
  ],
  warning: [
    async ({ sites }, use) => use(await sites.portal({ EMIC_SESSION_IDLE: '66s' })),
    { scope: 'worker', timeout: 60_000 },
  ],

  portal: async ({ pair }, use) => use(pair.portal),
  myegov: async ({ pair }, use) => use(pair.myegov),
  baseURL: async ({ portal }, use) => use(portal.url),
  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      await guard.watch(context);
      await use(guard);
      // A question that the page still had open when the test was done is nobody's concern.
      await context.unrouteAll({ behavior: 'ignoreErrors' });
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
  another: async ({ browser, guard, contextOptions, locale, timezoneId, viewport, baseURL }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({
        ...contextOptions,
        ...(locale ? { locale } : {}),
        ...(timezoneId ? { timezoneId } : {}),
        ...(baseURL ? { baseURL } : {}),
        viewport,
        ...options,
      });
      await guard.watch(context);
      opened.push(context);
      return context;
    });
    await Promise.all(opened.map((context) => context.close()));
  },
  person: async ({ portal }, use) => use(await portal.newPerson()),
  frame: async ({ page }, use) => use(new Frame(page)),
  login: async ({ page }, use) => use(new LoginPage(page)),
  home: async ({ page }, use) => use(new HomePage(page)),
  profile: async ({ page }, use) => use(new ProfilePage(page)),
  sessions: async ({ page }, use) => use(new SessionsPage(page)),
  tokens: async ({ page }, use) => use(new TokensPage(page)),
});

/** The same with a MyEGov where nobody has ever agreed to anything. */
export const atFirst = test.extend<{ fresh: { portal: Portal; myegov: MyEGov } }>({
  fresh: async ({ sites }, use) => use(await sites.pair()),
  portal: async ({ fresh }, use) => use(fresh.portal),
  myegov: async ({ fresh }, use) => use(fresh.myegov),
});

export { expect } from '@playwright/test';
export { failedRequest } from './guard.ts';

/** Signs somebody in without the pages, where signing in is not what the test is about. */
export async function signIn(where: Page | BrowserContext | APIRequestContext, portal: Portal, person: Person): Promise<void> {
  const calls = 'request' in where ? where.request : where;
  const answer = await calls.post(`${portal.url}/api/v1/session`, {
    data: { username: person.username, password: person.password },
  });
  if (!answer.ok()) throw new Error(`${person.username} cannot sign in: ${answer.status()} ${await answer.text()}`);
}

/** Somebody's page, in a browser of their own. */
export async function pageOf(context: BrowserContext, portal: Portal, person: Person): Promise<Page> {
  await signIn(context, portal, person);
  return context.newPage();
}
