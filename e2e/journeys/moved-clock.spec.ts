import type { BrowserContext, Page } from '@playwright/test';

import { REASON, RequestForm, RequestPage, day } from '../pages/access.ts';
import { Bell } from '../pages/bell.ts';
import { CampaignPages } from '../pages/campaigns.ts';
import { ReviewPage } from '../pages/review.ts';
import { DEMO, type Person, type Portal } from '../support/sites.ts';
import { expect, signIn, test as base } from '../support/test.ts';

const FIRE = '2.16.886.101.90010.20002.20040';
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** A portal that no other test uses, the windows of its people, and the time in both. */
class Time {
  readonly portal: Portal;
  readonly #another: () => Promise<BrowserContext>;
  readonly #open: BrowserContext[] = [];
  now = Date.now();

  constructor(portal: Portal, another: () => Promise<BrowserContext>) {
    this.portal = portal;
    this.#another = another;
  }

  /** A window of somebody's, signed in now, and their bell. */
  async windowOf(person: Person): Promise<{ page: Page; bell: Bell }> {
    const context = await this.#another();
    this.#open.push(context);
    await signIn(context, this.portal, person);
    const page = await context.newPage();
    await page.clock.install({ time: this.now });
    await page.goto('/');
    return { page, bell: new Bell(page) };
  }

  /** Closes all windows, and lets it be this moment. */
  async goTo(moment: number): Promise<void> {
    await Promise.all(this.#open.splice(0).map((context) => context.close()));
    await this.portal.restartAt(moment);
    this.now = moment;
  }
}

const test = base.extend<{ own: Portal; time: Time }>({
  own: async ({ sites }, use) => use(await sites.portal()),
  portal: async ({ own }, use) => use(own),
  time: async ({ own, another }, use) => use(new Time(own, another)),
});

/** Calls the API as the page that is open does. */
async function call(page: Page, path: string, body: unknown): Promise<void> {
  const answer = await page.request.post(path, { data: body });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** An id of a request, as browsers choose it. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

/** Gives the applicant these roles of EMIC from today until the day that is so many days from now. */
async function grant(applicant: Page, decider: Page, roles: string[], days: number): Promise<void> {
  const id = newId();
  const request = { id, application: 'emic', roles, agency: FIRE, reason: REASON, starts_on: day(0), ends_on: day(days) };
  await call(applicant, '/api/v1/permission-requests', request);
  await call(decider, `/api/v1/permission-requests/${id}/approve`, {});
}

/** The first moment after the day in Taiwan that is so many days from now. */
function endOf(days: number): number {
  return Date.parse(`${day(days)}T00:00:00+08:00`) + DAY;
}

test.describe('When time has passed', () => {
  test.slow();

  test('a request that nobody decides is reminded of, goes to the agency above, and is decided there', async ({
    portal,
    time,
  }) => {
    const applicant = await portal.newPerson('逾時測試甲');
    const chief = await portal.newPerson('單位主管甲', { role: 'agency_manager' });
    const asked = Date.now();
    let theirs = await time.windowOf(applicant);
    const form = new RequestForm(theirs.page);
    await form.open('emic');
    await form.fill('災情查通報');
    await form.next.click();
    await form.send.click();
    await expect(new RequestPage(theirs.page).sent).toBeVisible();
    await expect(theirs.page.getByRole('main')).toContainText('彰化縣消防局的單位管理者');
    const address = new URL(theirs.page.url()).pathname;
    let chiefs = await time.windowOf(chief);
    await chiefs.bell.expectUnread(1);

    // Two of three days.
    await time.goTo(asked + 2 * DAY + HOUR);
    chiefs = await time.windowOf(chief);
    await chiefs.bell.expectUnread(2);
    await chiefs.bell.open();
    await expect(chiefs.bell.items.first()).toContainText('有權限申請仍等待您審核，逾期將移送上一層');
    await chiefs.page.goto('/review');
    await expect(new ReviewPage(chiefs.page).rows).toContainText([applicant.name]);

    await time.goTo(asked + 3 * DAY + HOUR);
    chiefs = await time.windowOf(chief);
    await chiefs.page.goto('/review');
    await expect(chiefs.page.getByRole('main')).toContainText('沒有待審核的申請');
    await chiefs.page.goto(address.replace('/access/', '/review/'));
    const lost = new ReviewPage(chiefs.page);
    await expect(lost.history).toHaveCount(2);
    await expect(lost.approve).toHaveCount(0);

    theirs = await time.windowOf(applicant);
    await theirs.bell.expectUnread(1);
    await theirs.bell.open();
    await theirs.bell.items.getByRole('link', { name: '您的權限申請逾期未審核，已移送上一層' }).click();
    await expect(theirs.page).toHaveURL(address);
    await expect(theirs.page.getByRole('main')).toContainText('彰化縣政府的單位管理者');
    await expect(new RequestPage(theirs.page).history.last()).toContainText('逾時轉上一級審核');

    const above = await time.windowOf(DEMO.manager);
    await above.bell.open();
    const told = above.bell.items.filter({ hasText: '有權限申請因逾期未審核，已移送給您審核：EMIC 應變服務' });
    await told.first().getByRole('link').click();
    const review = new ReviewPage(above.page);
    await review.choose(applicant.name);
    await review.approve.click();
    await expect(review.outcome('已核准')).toBeVisible();
    await theirs.page.goto('/access/grants');
    await expect(theirs.page.getByRole('row').filter({ hasText: '災情查通報' })).toContainText('使用中');
  });

  test('what nobody has answered in a campaign lapses with its deadline', async ({ portal, time }) => {
    const holder = await portal.newPerson('清查測試甲');
    const chief = await portal.newPerson('清查主管甲', { role: 'agency_manager' });
    const opened = Date.now();
    let holders = await time.windowOf(holder);
    let chiefs = await time.windowOf(chief);
    await grant(holders.page, chiefs.page, ['reporter', 'viewer'], 30);
    const administrators = await time.windowOf(DEMO.administrator);
    const name = `權限清查 ${opened}`;
    const address = await new CampaignPages(administrators.page).open(name, day(2));
    const campaign = new CampaignPages(chiefs.page);
    await chiefs.page.goto(new URL(address).pathname);
    await campaign.of(holder.name);
    await campaign.item('災情查通報').getByRole('button', { name: /^保留/ }).click();
    await campaign.dialog.getByRole('button', { name: '保留', exact: true }).click();
    await expect(campaign.item('災情查通報')).toContainText('保留');
    await expect(campaign.item('災情檢視')).toContainText('待清查');

    // Its last day counts whole.
    await time.goTo(endOf(2) - HOUR);
    chiefs = await time.windowOf(chief);
    await chiefs.page.goto(new URL(address).pathname);
    const last = new CampaignPages(chiefs.page);
    await last.of(holder.name);
    await expect(last.facts).toContainText('進行中');
    await expect(last.item('災情檢視').getByRole('button', { name: /^保留/ })).toBeVisible();

    await time.goTo(endOf(2) + HOUR);
    chiefs = await time.windowOf(chief);
    await chiefs.page.goto(new URL(address).pathname);
    const after = new CampaignPages(chiefs.page);
    await after.of(holder.name);
    await expect(after.facts).toContainText('已結束');
    await expect(after.item('災情檢視')).toContainText('逾期失效');
    await expect(after.item('災情查通報')).toContainText('保留');
    await expect(after.items.getByRole('button')).toHaveCount(0);

    holders = await time.windowOf(holder);
    await holders.page.goto('/access/grants');
    const row = (role: string) => holders.page.getByRole('row').filter({ hasText: role });
    await expect(row('災情檢視')).toContainText('已撤銷');
    await expect(row('災情查通報')).toContainText('使用中');
  });

  test('of a permission its holder hears 14, 7 and 1 days before its end, and when it has come', async ({
    portal,
    time,
  }) => {
    const holder = await portal.newPerson('到期測試甲');
    const chief = await portal.newPerson('單位主管乙', { role: 'agency_manager' });
    let holders = await time.windowOf(holder);
    const chiefs = await time.windowOf(chief);
    await grant(holders.page, chiefs.page, ['reporter'], 30);
    await holders.bell.expectUnread(1);
    const end = endOf(30);
    const look = async (now: number): Promise<void> => {
      await time.goTo(now);
      holders = await time.windowOf(holder);
    };
    let unread = 1;
    for (const days of [14, 7, 1]) {
      // An hour too early nothing is said.
      if (days === 14) {
        await look(end - days * DAY - HOUR);
        await holders.bell.expectUnread(unread);
      }
      await look(end - days * DAY + HOUR);
      unread += 1;
      await holders.bell.expectUnread(unread);
      await holders.bell.open();
      const text = `您的權限將於 ${days} 天後到期：EMIC 應變服務・災情查通報（至 ${day(30)}）`;
      await expect(holders.bell.items.first()).toContainText(text);
    }
    await holders.bell.items.first().getByRole('link').click();
    await expect(holders.page).toHaveURL('/access/grants');
    const row = () => holders.page.getByRole('row').filter({ hasText: '災情查通報' });
    await expect(row()).toContainText('使用中');
    await look(end + HOUR);
    await holders.bell.open();
    await expect(holders.bell.items.first()).toContainText('您的權限已到期：EMIC 應變服務・災情查通報');
    await holders.page.goto('/access/grants');
    await expect(row()).toContainText('已到期');
  });
});
