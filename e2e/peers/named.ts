import { expect, type Page } from '@playwright/test';

import { LoginPage } from '../pages/login.ts';
import { MyEGovPages } from '../pages/myegov.ts';
import { freePort } from '../support/program.ts';
import type { Person } from '../support/sites.ts';
import type { Provider } from './provider.ts';

/** A setting of the peers. */
function setting(name: string): string | undefined {
  return process.env[`EMIC_PEER_${name}`] || undefined;
}

/** The port of the application: `EMIC_PEER_PORT`, at which a provider knows it that was not started here, or any. */
export function applicationPort(): Promise<number> {
  const named = setting('PORT');
  return named ? Promise.resolve(Number(named)) : freePort();
}

/** Signs in on whichever pages these are: the portal's or those of MyEGov's stand-in. */
export async function signInAnywhere(page: Page, person: Pick<Person, 'username' | 'password'>): Promise<void> {
  const [portal, egov] = [new LoginPage(page), new MyEGovPages(page)];
  await expect(portal.emic.or(egov.via)).toBeVisible();
  if (await portal.emic.isVisible()) await portal.signIn(person);
  else await egov.passThrough(person);
}

/**
 * A provider that runs already and knows the application at `http://localhost:$EMIC_PEER_PORT`: `EMIC_PEER_ISSUER`,
 * `EMIC_PEER_CLIENT_ID`, `EMIC_PEER_CLIENT_SECRET`, `EMIC_PEER_SCOPE`; who signs in: `EMIC_PEER_ACCOUNT`, `EMIC_PEER_PASSWORD`; a claim
 * that lets them in: `EMIC_PEER_ROLE=claim:value`; and where they sign out: `EMIC_PEER_SIGN_OUT`. For one spec at a time, with
 * `--workers 1`.
 */
export async function named(): Promise<Provider | undefined> {
  const issuer = setting('ISSUER');
  if (!issuer) return undefined;
  const needed = (name: string): string => {
    const value = setting(name);
    if (!value) throw new Error(`EMIC_PEER_${name} is not set`);
    return value;
  };
  const person = { username: needed('ACCOUNT'), password: needed('PASSWORD') };
  const [claim = '', value = ''] = needed('ROLE').split(':');
  const signOutAt = needed('SIGN_OUT');
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const discovery = (await answer.json()) as Record<string, unknown>;
  const grants = discovery['grant_types_supported'] as string[] | undefined;
  const confirm = (page: Page) => page.getByRole('main').getByRole('button', { name: '登出', exact: true }).click();
  return {
    issuer,
    clientId: needed('CLIENT_ID'),
    clientSecret: needed('CLIENT_SECRET'),
    scope: needed('SCOPE'),
    offers: {
      pushedRequests: 'pushed_authorization_request_endpoint' in discovery,
      introspection: 'introspection_endpoint' in discovery,
      refresh: grants?.includes('refresh_token') ?? false,
    },
    claims: {},
    role: [claim, value],
    roleTold: value,
    signIn: (page) => signInAnywhere(page, person),
    // The session is known by the hint of the ID token.
    confirmSignOut: async () => {},
    signOut: async (page) => {
      await page.goto(signOutAt);
      await confirm(page);
    },
  };
}
