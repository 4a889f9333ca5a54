import type { APIResponse, Page, Route } from '@playwright/test';

import { MyEGovPages } from '../pages/myegov.ts';
import { freePort } from '../support/program.ts';
import { MEMBERS, providerSettings } from '../support/sites.ts';
import { atFirst, expect, test } from '../support/test.ts';
import type { LoginPage } from '../pages/login.ts';

/** Opens MyEGov's pop-up. */
async function openPopUp(page: Page, login: LoginPage): Promise<MyEGovPages> {
  const popup = page.waitForEvent('popup');
  await login.goToEgov.click();
  return new MyEGovPages(await popup);
}

/** Holds the browser where MyEGov sends it back to the portal with its answer. */
async function beforeTheWayBack(
  page: Page,
  then: (route: Route, answer: string, response: APIResponse) => Promise<void>,
): Promise<void> {
  await page.route('**/oidc/authorize/resume?**', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const location = response.headers()['location'] ?? '';
    await (location.includes('/auth/egov/callback?') ? then(route, location, response) : route.fulfill({ response }));
  });
}

test.describe('Signing in with MyEGov', () => {
  test('in a pop-up: the page goes on by itself and the window closes', async ({ page, login, frame, home }) => {
    await login.open();
    const egov = await openPopUp(page, login);
    await expect(login.egov.getByRole('status')).toContainText('請在新開的視窗完成登入');
    const closed = egov.page.waitForEvent('close');
    await egov.passThrough(MEMBERS.civilServant);
    await home.expectShown();
    await frame.expectSignedInAs(MEMBERS.civilServant.name);
    await expect(frame.main).toContainText('公務人員');
    await expect(frame.main).toContainText('內政部消防署');
    await expect(frame.clock).toHaveText(/^自動登出倒數:(30:00|29:[0-5]\d)$/);
    await closed;
  });

  test('the pop-up works although the provider cuts the opener off', async ({ page, login, frame, myegov }) => {
    const answer = await page.request.get(`${myegov.url}/sign-in`);
    expect(answer.headers()['cross-origin-opener-policy']).toBe('same-origin');
    await login.open();
    const egov = await openPopUp(page, login);
    await expect(egov.via).toBeVisible();
    expect(await egov.page.evaluate(() => window.opener)).toBeNull();
    await egov.passThrough(MEMBERS.naturalPerson);
    await frame.expectSignedInAs(MEMBERS.naturalPerson.name);
  });

  test('on the whole page where pop-ups are blocked, and back to where the person was going', async ({
    page,
    login,
    frame,
    myegov,
  }) => {
    await page.addInitScript(() => {
      window.open = () => null;
    });
    await page.goto('/sessions');
    await expect(page).toHaveURL('/login?return_to=%2Fsessions');
    await login.goToEgov.click();
    const egov = new MyEGovPages(page);
    await expect(egov.via).toBeVisible();
    expect(page.url()).toContain(myegov.url);
    await egov.passThrough(MEMBERS.naturalPerson);
    await expect(page).toHaveURL('/sessions');
    await frame.expectSignedInAs(MEMBERS.naturalPerson.name);
    await expect(frame.main).toContainText('我的E政府');
  });

  test('on the whole page where the person wants it so', async ({ page, login, frame }) => {
    await login.open('?return_to=%2Fsessions');
    const egov = await openPopUp(page, login);
    await egov.page.close();
    await login.egov.getByRole('link', { name: '改用整頁登入' }).click();
    await new MyEGovPages(page).passThrough(MEMBERS.rareName);
    await expect(page).toHaveURL('/sessions');
    await frame.expectSignedInAs(MEMBERS.rareName.name);
  });

  test('whoever gives up the pop-up can start again', async ({ page, login, frame }) => {
    await login.open();
    const first = await openPopUp(page, login);
    await first.page.close();
    await login.egov.getByRole('button', { name: '取消' }).click();
    const second = await openPopUp(page, login);
    await second.passThrough(MEMBERS.civilServant);
    await frame.expectSignedInAs(MEMBERS.civilServant.name);
  });

  atFirst('consent is asked for once, and not again after the portal signed out', async ({ page, login, frame }) => {
    await login.open();
    await (await openPopUp(page, login)).signInAndAgree(MEMBERS.civilServant);
    await expect(frame.signOut).toBeVisible();
    await frame.signOut.click();
    await frame.expectSignedOut();
    // MyEGov still knows the browser, and what it was allowed to tell.
    const popup = page.waitForEvent('popup');
    await login.goToEgov.click();
    await popup;
    await frame.expectSignedInAs(MEMBERS.civilServant.name);
  });

  for (const { way, turnBack } of [
    { way: '取消', turnBack: (egov: MyEGovPages) => egov.cancel.click() },
    {
      way: '不同意',
      turnBack: async (egov: MyEGovPages) => {
        await egov.identify(MEMBERS.rareName);
        await egov.disagree.click();
      },
    },
  ]) {
    atFirst(`${way} in the pop-up is said on the page, and both ways in stay open`, async ({
      page,
      login,
      frame,
      person,
    }) => {
      await login.open();
      const egov = await openPopUp(page, login);
      const closed = egov.page.waitForEvent('close');
      await turnBack(egov);
      await expect(login.alert).toContainText('沒有完成『我的E政府』登入');
      await closed;
      await expect(login.goToEgov).toBeVisible();
      await login.signIn(person);
      await frame.expectSignedInAs(person.name);
    });

    atFirst(`${way} on the whole page leads back with the reason, and still knows the way`, async ({ page, login, frame, person }) => {
      await page.goto('/auth/egov/login?mode=redirect&return_to=%2Fsessions');
      await turnBack(new MyEGovPages(page));
      await expect(page).toHaveURL('/login?reason=egov_denied&return_to=%2Fsessions');
      await expect(login.alert).toContainText('沒有完成『我的E政府』登入');
      await login.signIn(person);
      await expect(page).toHaveURL('/sessions');
      await frame.expectSignedInAs(person.name);
    });
  }

  test('signing out offers to sign out of MyEGov too, which comes back here', async ({ page, login, frame, myegov }) => {
    await login.open();
    await (await openPopUp(page, login)).passThrough(MEMBERS.civilServant);
    await expect(frame.signOut).toBeVisible();
    await frame.signOut.click();
    await expect(login.alert).toContainText('您已登出');
    await login.alert.getByRole('link', { name: '也從『我的E政府』登出' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('會員登出');
    expect(page.url()).toContain(myegov.url);
    await page.getByRole('button', { name: '登出', exact: true }).click();
    await expect(page).toHaveURL(/\/login/);
    await frame.expectSignedOut();
    // Now MyEGov asks who it is.
    const egov = await openPopUp(page, login);
    await expect(egov.via).toBeVisible();
  });

  test('an account of EMIC is not asked to sign out of MyEGov', async ({ login, frame, person }) => {
    await login.open();
    await login.signIn(person);
    await frame.signOut.click();
    await expect(login.alert).toContainText('您已登出');
    await expect(login.alert.getByRole('link')).toHaveText(['查看各應用系統的登出情形']);
  });

  test('signing out at MyEGov ends the session here too', async ({ page, login, frame, myegov, context }) => {
    await login.open();
    await (await openPopUp(page, login)).passThrough(MEMBERS.naturalPerson);
    await frame.expectSignedInAs(MEMBERS.naturalPerson.name);
    const other = await context.newPage();
    await other.goto(`${myegov.url}/sign-out`);
    await other.getByRole('button', { name: '登出', exact: true }).click();
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('您已登出');
    await expect(async () => {
      await page.reload();
      await expect(page).toHaveURL('/login?reason=ended', { timeout: 2_000 });
    }).toPass();
    await expect(login.alert).toContainText('您的登入已在別處結束');
  });

  test('an answer that was used before signs nobody in', async ({ page, context, login, frame }) => {
    const answers: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/auth/egov/callback?')) answers.push(request.url());
    });
    await page.goto('/auth/egov/login?mode=redirect');
    await new MyEGovPages(page).passThrough(MEMBERS.naturalPerson);
    await frame.expectSignedInAs(MEMBERS.naturalPerson.name);
    await frame.signOut.click();
    await frame.expectSignedOut();
    expect(answers).toHaveLength(1);
    await page.goto(answers[0]!);
    await expect(page).toHaveURL('/login?reason=egov_stale');
    await expect(login.alert).toContainText('這次『我的E政府』登入已失效');
  });

  atFirst('an answer in a browser that asked nothing signs nobody in', async ({ page, another, login }) => {
    // Somebody sends their own answer to a victim, who would then work in the stranger's account.
    let answer = '';
    await beforeTheWayBack(page, async (route, address) => {
      answer = address;
      await route.fulfill({ contentType: 'text/html', body: 'kept back' });
    });
    await page.goto('/auth/egov/login?mode=redirect');
    await new MyEGovPages(page).signInAndAgree(MEMBERS.naturalPerson);
    await expect(page.getByText('kept back')).toBeVisible();
    const victim = await (await another()).newPage();
    await victim.goto(answer);
    await expect(victim).toHaveURL('/login?reason=egov_stale');
    await expect(login.page.getByText('kept back')).toBeVisible();
  });

  test('加入會員 leads to MyEGov', async ({ login, myegov, page }) => {
    await login.open();
    const join = login.egov.getByRole('link', { name: '加入會員' });
    await expect(login.egov).toContainText('若您未有『我的E政府』帳號，請點此加入會員');
    await join.click();
    await expect(page).toHaveURL(`${myegov.url}/join/account`);
    await expect(page.getByRole('main')).toContainText('帳號');
  });
});

/** The same on a portal whose provider answers by a form. */
const byForm = test.extend({ portal: async ({ formPost }, use) => use(formPost.portal) });

byForm.describe('A provider that answers by a form', () => {
  byForm('signs in on the whole page, back to where the person was going', async ({ page, frame, context }) => {
    const methods: string[] = [];
    context.on('request', (request) => {
      if (new URL(request.url()).pathname === '/auth/egov/callback') methods.push(request.method());
    });
    await page.goto('/auth/egov/login?mode=redirect&return_to=%2Fsessions');
    await new MyEGovPages(page).passThrough(MEMBERS.civilServant);
    await expect(page).toHaveURL('/sessions');
    await frame.expectSignedInAs(MEMBERS.civilServant.name);
    expect(methods).toEqual(['POST']);
    // A session that began with a request of another site is as good as any: also after a reload.
    await page.reload();
    await frame.expectSignedInAs(MEMBERS.civilServant.name);
  });

  byForm('signs in in a pop-up', async ({ page, login, frame }) => {
    await login.open();
    const egov = await openPopUp(page, login);
    const closed = egov.page.waitForEvent('close');
    await egov.passThrough(MEMBERS.naturalPerson);
    await frame.expectSignedInAs(MEMBERS.naturalPerson.name);
    await closed;
  });
});

test.describe('A provider that is down', () => {
  test('is said so, and signing in with an account of EMIC works', async ({ sites, page, login, frame }) => {
    const issuer = `http://127.0.0.1:${await freePort()}`;
    const portal = await sites.portal(providerSettings(issuer));
    await page.goto(`${portal.url}/login`);
    const egov = page.waitForEvent('popup');
    await login.goToEgov.click();
    await egov;
    await expect(login.alert).toContainText('『我的E政府』目前沒有回應');
    await page.goto(`${portal.url}/auth/egov/login?mode=redirect&return_to=%2Fsessions`);
    await expect(page).toHaveURL(`${portal.url}/login?reason=egov_unavailable&return_to=%2Fsessions`);
    await expect(login.alert).toContainText('『我的E政府』目前沒有回應');
    const person = await portal.newPerson('許家豪');
    await login.signIn(person);
    await frame.expectSignedInAs('許家豪');
    await expect(page).toHaveURL(`${portal.url}/sessions`);
  });

  test('after the sign-in page was opened: the question goes unanswered, not the person', async ({ sites, page, frame }) => {
    const { portal, myegov } = await sites.pair();
    await page.goto(`${portal.url}/auth/egov/login?mode=redirect`);
    const egov = new MyEGovPages(page);
    await egov.identify(MEMBERS.naturalPerson);
    await expect(egov.agree).toBeVisible();
    // With its pictures: what it has yet to ask for would be asked of a program that has stopped.
    await page.waitForLoadState();
    // It still answers the browser, but not the portal any more.
    await beforeTheWayBack(page, async (route, _, response) => {
      await myegov.program.stop();
      await route.fulfill({ response });
    });
    await egov.agree.click();
    await expect(page).toHaveURL(`${portal.url}/login?reason=egov_unavailable`);
    await frame.expectSignedOut();
  });
});

test('A portal without a provider says so and offers no way to it', async ({ page, hasty, login }) => {
  await page.goto(`${hasty.url}/login`);
  await expect(login.egov).toContainText('目前未提供以『我的E政府』登入');
  await expect(login.goToEgov).toHaveCount(0);
  await expect(login.submit).toBeVisible();
});
