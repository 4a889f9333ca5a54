/**
 * MyEGov's stand-in serves a relying party that really listens: signatures are verified, the answer to the
 * sign-out comes to its own ear, and scripts are not needed. What a browser alone shows is in
 * openid-client.spec.ts.
 */
import { expect, test as base } from '@playwright/test';
import * as client from 'openid-client';

import { MyEGovPages } from '../pages/myegov.ts';
import { Guard } from '../support/guard.ts';
import { CLIENT, MEMBERS, Sites, type MyEGov } from '../support/sites.ts';
import { RelyingParty, isBack, verified } from './relying-party.ts';

interface Fixtures {
  party: RelyingParty;
  myegov: MyEGov;
  pages: MyEGovPages;
  guard: Guard;
}

const test = base.extend<Fixtures>({
  party: async ({}, use) => {
    const party = await RelyingParty.start();
    await use(party);
    await party.stop();
  },
  myegov: async ({ party }, use) => {
    const sites = await Sites.open();
    await use(await sites.myegov(party));
    await sites.close();
  },
  pages: async ({ page }, use) => use(new MyEGovPages(page)),
  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      await guard.watch(context);
      await use(guard);
      guard.check();
    },
    { auto: true },
  ],
});

const member = MEMBERS.civilServant;

test('a sign-out is told by a signed message, and ends what the sign-in gave', async ({ page, pages, party, myegov }) => {
  const provider = await party.discover(myegov.url);
  const signIn = await party.begin(provider, { login_hint: member.username });
  await page.goto(signIn.url);
  await expect(pages.account).toHaveValue(member.username);
  await pages.signInAndAgree(member);
  await isBack(page);
  const tokens = await client.authorizationCodeGrant(provider, await party.answer(), signIn.checks);
  const claims = tokens.claims();
  expect(claims).toMatchObject({ iss: myegov.url, aud: CLIENT.id, amr: ['pwd'] });
  const person = await client.fetchUserInfo(provider, tokens.access_token, claims?.sub ?? '');
  expect(person).toMatchObject({ account_kind: 'civil_servant', agency_oid: '2.16.886.101.20003.20001.20003' });

  const signOut = client.buildEndSessionUrl(provider, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: party.afterSignOut,
    state: 'the state',
  });
  await page.goto(signOut.href);
  await expect(page).toHaveURL(`${party.afterSignOut}?state=the+state`);
  const told = await verified(await party.logoutToken(), provider.serverMetadata().jwks_uri ?? '');
  expect(told.typ).toBe('logout+jwt');
  expect(told.claims).toMatchObject({ iss: myegov.url, aud: CLIENT.id, sub: claims?.sub, sid: claims?.['sid'] });
  expect(told.claims).not.toHaveProperty('nonce');
  await expect(client.fetchUserInfo(provider, tokens.access_token, claims?.sub ?? '')).rejects.toMatchObject({
    status: 401,
  });
  await page.goto(myegov.url);
  await expect(page.getByRole('banner').getByRole('link', { name: '會員登入' })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('every page does its work, and the form is sent by a button', async ({ page, pages, party, myegov }) => {
    const provider = await party.discover(myegov.url, client.ClientSecretBasic(CLIENT.secret));
    const signIn = await party.begin(provider, { response_mode: 'form_post' });
    await page.goto(signIn.url);
    await pages.signInAndAgree(member);
    await page.getByRole('button', { name: '繼續' }).click();
    const answer = await party.answer();
    expect(answer.method).toBe('POST');
    const tokens = await client.authorizationCodeGrant(provider, answer, signIn.checks);
    expect(tokens.claims()?.iss).toBe(myegov.url);
  });
});

test('a hint keeps the person, a no to the question is heard, a yes is remembered', async ({ page, pages, party, myegov }) => {
  const provider = await party.discover(myegov.url);
  const refused = await party.begin(provider);
  await page.goto(refused.url);
  await pages.identify(member);
  await pages.disagree.click();
  const no = client.authorizationCodeGrant(provider, await party.answer(), refused.checks);
  await expect(no).rejects.toMatchObject({ error: 'access_denied' });
  await isBack(page);

  const agreed = await party.begin(provider);
  await page.goto(agreed.url);
  await pages.agree.click();
  const before = await client.authorizationCodeGrant(provider, await party.answer(), agreed.checks);
  await isBack(page);

  const silent = await party.begin(provider, { prompt: 'none', id_token_hint: before.id_token ?? '' });
  await page.goto(silent.url);
  const again = await client.authorizationCodeGrant(provider, await party.answer(), silent.checks);
  expect(again.claims()).toMatchObject({ sub: before.claims()?.sub, sid: before.claims()?.['sid'] });
});
