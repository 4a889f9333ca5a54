import type { Page } from '@playwright/test';

import { RequestForm, day } from '../pages/access.ts';
import { ApplicationsPage } from '../pages/applications.ts';
import { ReviewPage } from '../pages/review.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import type { Portal } from '../support/sites.ts';
import { expect, failedRequest, signIn, test as base } from '../support/test.ts';

const CENTRAL = '2.16.886.101.20003.20001.20003';
const COUNTY = '2.16.886.101.90010.20002';
const MANAGED = '/api/v1/managed-applications';

/** On a portal of its own: on the others everybody would see what is created here. */
const test = base.extend<{ own: Portal }>({
  own: async ({ sites }, use) => use(await sites.portal()),
  portal: async ({ own }, use) => use(own),
});

/** A code that no other test has. */
let number = 0;
function newCode(): string {
  number += 1;
  return `app-${process.pid.toString(36)}-${Date.now().toString(36)}-${number}`;
}

/** Calls the API as the page that is open does. */
async function call(page: Page, method: string, path: string, body: unknown): Promise<void> {
  const answer = await page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', ...(method === 'PUT' ? { 'if-match': '*' } : {}) };
      const answer = await fetch(path as string, { method: method as string, headers, body: JSON.stringify(body) });
      return { ok: answer.ok, text: await answer.text() };
    },
    [method, path, body] as const,
  );
  expect(answer.ok, answer.text).toBe(true);
}

function application(code: string, name: string): Record<string, unknown> {
  return {
    code, name_zh: name, name_en: '', description_zh: '收容所開設與人數', description_en: '', glyph: '收', launch_url: null,
    state: 'announced', owner_agency: null, contact: '', position: 900,
  };
}

function role(code: string, name: string, agencies: unknown[] = []): Record<string, unknown> {
  return {
    code, name_zh: name, name_en: '', description_zh: '登錄收容人數', description_en: '', risk: 'low', max_days: 60,
    second_stage: false, agencies, position: 1, closed: false,
  };
}

/** Asks for a role on behalf of the bureau; the request's id. */
async function ask(page: Page, application: string, role: string): Promise<string> {
  const id = await page.evaluate(() => {
    const now = Date.now().toString(16).padStart(12, '0');
    return `${now.slice(0, 8)}-${now.slice(8)}-7${crypto.randomUUID().slice(15)}`;
  });
  await call(page, 'POST', '/api/v1/permission-requests', {
    id, application, roles: [role], agency: '2.16.886.101.90010.20002.20040', reason: '颱風期間輪值應變中心，需要登錄。',
    starts_on: day(0), ends_on: day(20),
  });
  return id;
}

/** An administrator's page, with the console open. */
async function asAdministrator(page: Page, portal: Portal): Promise<void> {
  const administrator = await portal.newPerson('鄭系統', { agency: CENTRAL, role: 'system_administrator' });
  await signIn(page, portal, administrator);
  await page.goto('/manage');
}

test.describe('應用系統管理', () => {
  test('an administrator creates an application and a role, and people can ask for it', async ({ page, portal, person, another, frame }) => {
    const code = newCode();
    await portal.importAgencies();
    await asAdministrator(page, portal);
    await page.getByRole('link', { name: /^應用系統管理/ }).click();
    const applications = new ApplicationsPage(page);
    await expect(frame.heading).toHaveText('應用系統管理');
    await applications.add.click();
    await applications.code.fill('Not A Code');
    await applications.create.click();
    await expect(page.getByRole('alert')).toContainText('中文名稱');
    await expect(applications.code).toBeFocused();
    await applications.code.fill(code);
    await applications.name.fill('收容所管理');
    // Nothing that was typed is lost.
    await page.reload();
    await expect(applications.name).toHaveValue('收容所管理');
    await applications.description.fill('收容所開設與人數');
    await applications.glyph.fill('收');
    await page.getByRole('combobox', { name: /^主管單位/ }).fill('彰化縣消防局');
    await page.getByRole('option', { name: /彰化縣消防局/ }).first().click();
    await applications.create.click();
    await expect(applications.said('已新增應用系統')).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`/manage/applications/${code}`));

    await page.getByRole('link', { name: '新增角色' }).click();
    await expect(frame.heading).toHaveText('新增角色');
    await applications.code.fill('keeper');
    await applications.name.fill('收容登錄');
    await applications.description.fill('登錄收容人數');
    await page.getByRole('combobox', { name: /^風險/ }).selectOption('medium');
    await page.getByRole('combobox', { name: '要加入的機關' }).fill('內政部消防署');
    await page.getByRole('option', { name: /^內政部消防署/ }).first().click();
    await page.getByRole('button', { name: '加入', exact: true }).click();
    await applications.create.click();
    await expect(applications.said('已新增角色')).toBeVisible();
    await expect(applications.roles).toHaveCount(1);
    await expect(applications.roles).toContainText('內政部消防署 及所屬');

    // The role is not for the bureau: the form says so, and it cannot be chosen.
    const theirs = await another();
    await signIn(theirs, portal, person);
    const form = new RequestForm(await theirs.newPage());
    await form.open(code);
    await expect(form.role('收容登錄')).toBeDisabled();
    await expect(form.role('收容登錄')).toHaveAccessibleDescription(/「收容登錄」不開放所選的機關申請/);

    await applications.roles.getByRole('link').click();
    await expect(frame.heading).toHaveText('角色資料');
    await page.getByRole('button', { name: '移除 內政部消防署' }).click();
    await applications.save.click();
    await expect(applications.said('已儲存')).toBeFocused();
    await form.open(code);
    await expect(form.role('收容登錄')).toBeEnabled();
    await page.getByRole('checkbox', { name: '停止申請' }).check();
    await applications.save.click();
    await expect(applications.said('已儲存')).toBeFocused();
    await page.getByRole('link', { name: '回到應用系統' }).click();
    await expect(applications.roles).toContainText('停止申請');
    await applications.open();
    await applications.query.fill(code);
    await applications.search.click();
    await expect(applications.rows).toHaveCount(1);
    await expect(applications.rows).toContainText('收容所管理');
  });

  test('what somebody else has changed meanwhile is shown, and nothing typed is lost', async ({ page, portal, guard }) => {
    const code = newCode();
    await asAdministrator(page, portal);
    await call(page, 'POST', MANAGED, application(code, '收容所'));
    const applications = new ApplicationsPage(page);
    await applications.show(code);
    await applications.name.fill('收容所管理（我）');
    await call(page, 'PUT', `${MANAGED}/${code}`, { ...application(code, '收容所管理（他）'), name_en: 'Shelters' });
    guard.expect(failedRequest(`${MANAGED}/${code}`));
    await applications.save.click();
    const asked = page.getByRole('alert').filter({ hasText: '資料在您編輯時已經變更' });
    await expect(asked).toContainText('目前儲存的內容：收容所管理（他）');
    await expect(applications.name).toHaveValue('收容所管理（我）');
    await expect(applications.english).toHaveValue('Shelters');
    await applications.save.click();
    await expect(applications.said('已儲存')).toBeFocused();
    await page.reload();
    await expect(applications.name).toHaveValue('收容所管理（我）');

    await applications.name.fill('又一個名稱');
    await call(page, 'PUT', `${MANAGED}/${code}`, application(code, '收容所管理（他）'));
    await applications.save.click();
    await asked.getByRole('button', { name: '改用' }).click();
    await expect(applications.name).toHaveValue('收容所管理（他）');
    await expect(applications.name).toBeFocused();
    await expect(asked).toHaveCount(0);
  });

  test('an owner keeps the own application and finds no other', async ({ page, portal, another, guard, frame }) => {
    const code = newCode();
    await asAdministrator(page, portal);
    await call(page, 'POST', MANAGED, application(code, '收容所'));
    const owner = await portal.newPerson('承辦測試', { agency: CENTRAL });
    const theirs = await another();
    await signIn(theirs, portal, owner);
    const me = (await (await theirs.request.get(`${portal.url}/api/v1/session`)).json()) as { person: { id: string } };
    await call(page, 'POST', `/api/v1/persons/${me.person.id}/posts`, { role: 'application_owner', application: code });

    const owners = await theirs.newPage();
    const applications = new ApplicationsPage(owners);
    await applications.open();
    await expect(applications.rows).toHaveCount(1);
    await expect(applications.add).toHaveCount(0);
    await applications.rows.getByRole('link').click();
    await expect(owners.getByRole('textbox', { name: /^順序/ })).not.toBeEditable();
    await expect(owners.getByRole('region', { name: '系統承辦人' })).toContainText('承辦測試');
    await applications.description.fill('收容所開設');
    await applications.save.click();
    await expect(applications.said('已儲存')).toBeFocused();
    guard.expect(failedRequest('/api/v1/managed-applications'));
    await owners.goto('/manage/applications/messages');
    await expect(owners.getByRole('alert')).toContainText('找不到這個應用系統');
    await owners.goto('/manage/new-application');
    await expect(owners.getByRole('heading', { level: 1 })).toHaveText('這個頁面需要職務');
    await expect(frame.heading).toBeVisible();
  });

  test('axe finds nothing wrong with it, and nobody scrolls sideways', async ({ page, portal, frame }) => {
    test.slow();
    const code = newCode();
    await asAdministrator(page, portal);
    await call(page, 'POST', MANAGED, application(code, '收容所'));
    await call(page, 'POST', `${MANAGED}/${code}/roles`, role('keeper', '收容登錄', [{ oid: COUNTY, with_below: true }]));
    await call(page, 'POST', `${MANAGED}/${code}/roles`, role('head', '收容核定'));
    const rule = { application: code, role: 'keeper', other_application: code, other_role: 'head', reason: '登錄與核定須分開', strict: true };
    await call(page, 'POST', '/api/v1/role-conflicts', rule);
    const applications = new ApplicationsPage(page);
    const pages: [string, () => Promise<void>][] = [
      ['應用系統管理', () => applications.open()],
      ['an application', async () => {
        await applications.show(code);
        await expect(applications.conflicts).toHaveCount(1);
      }],
      ['a role', async () => {
        await page.goto(`/manage/applications/${code}/roles/keeper`);
        await expect(applications.save).toBeVisible();
      }],
    ];
    for (const [name, open] of pages) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await open();
      await expectAccessibleInBothColours(page, name);
      await page.setViewportSize({ width: 320, height: 740 });
      await expectNoSidewaysScrolling(page, name);
    }
    await frame.language.click();
    await expectNoSidewaysScrolling(page, 'a role in English');
  });
});

test.describe('職務衝突', () => {
  test('a rule is set; the decider sees the conflict, and approves only by saying so and why', async ({ page, portal, another }) => {
    test.slow();
    const code = newCode();
    await asAdministrator(page, portal);
    await call(page, 'POST', MANAGED, application(code, `收容所${code}`));
    await call(page, 'POST', `${MANAGED}/${code}/roles`, role('keeper', '收容登錄'));
    await call(page, 'POST', `${MANAGED}/${code}/roles`, role('head', '收容核定'));
    const applications = new ApplicationsPage(page);
    await applications.show(code);
    const rule = page.getByRole('region', { name: '新增規則' });
    await rule.getByRole('button', { name: '設定' }).click();
    await expect(rule.getByRole('alert')).toContainText('理由');
    await rule.getByRole('combobox', { name: /^角色/ }).selectOption(`${code}/keeper`);
    await rule.getByRole('combobox', { name: /^衝突的角色/ }).selectOption(`${code}/keeper`);
    await rule.getByRole('textbox', { name: /^理由/ }).fill('登錄與核定須分開');
    await rule.getByRole('button', { name: '設定' }).click();
    await expect(rule.getByRole('alert')).toContainText('請選擇兩個不同的角色');
    await rule.getByRole('combobox', { name: /^衝突的角色/ }).selectOption(`${code}/head`);
    await rule.getByRole('button', { name: '設定' }).click();
    await expect(applications.said('已設定職務衝突')).toBeFocused();
    await expect(applications.conflicts).toContainText('登錄與核定須分開');

    const applicant = await portal.newPerson('衝突申請人');
    const chief = await portal.newPerson('單位主管丙', { role: 'agency_manager' });
    const theirs = await another();
    await signIn(theirs, portal, applicant);
    const asking = await theirs.newPage();
    await asking.goto('/');
    const chiefs = await another();
    await signIn(chiefs, portal, chief);
    const deciding = await chiefs.newPage();
    const review = new ReviewPage(deciding);
    await deciding.goto(`/review/${await ask(asking, code, 'keeper')}`);
    await review.approve.click();
    await expect(review.outcome('已核准')).toBeVisible();
    await deciding.goto(`/review/${await ask(asking, code, 'head')}`);
    const conflict = deciding.getByRole('region', { name: '職務衝突' });
    await expect(conflict).toContainText('登錄與核定須分開');
    await expect(conflict).toContainText('申請人已擁有');
    await review.approve.click();
    const despite = deciding.getByRole('checkbox', { name: '我已知悉職務衝突，仍予核准' });
    await expect(despite).toBeFocused();
    await expect(despite).toHaveAccessibleDescription(/請先勾選/);
    await despite.check();
    await review.approve.click();
    await expect(review.opinion).toBeFocused();
    await expectAccessibleInBothColours(deciding, 'a request in conflict');
    await review.opinion.fill('人力不足，由分隊長覆核。');
    await review.approve.click();
    await expect(review.outcome('已核准')).toBeVisible();

    await page.getByRole('button', { name: /^移除規則/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '移除' }).click();
    await expect(applications.said('已移除職務衝突')).toBeFocused();
    await expect(applications.conflicts).toHaveCount(0);
  });
});
