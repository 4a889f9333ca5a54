import type { Page } from '@playwright/test';

import { ActivationPage, SurgeListPage } from '../pages/activations.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { DEMO, type Person } from '../support/sites.ts';
import { atFirst as test, expect, signIn } from '../support/test.ts';

const COUNTY = '2.16.886.101.90010.20002';

test.describe('應變中心開設', () => {
  test('prepared, approved by somebody else, opened: the role is there at once; closed: it is gone, and reviewed', async ({
    page,
    portal,
    another,
  }) => {
    test.slow();
    await portal.importAgencies();
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    const responder = await portal.newPerson('林應變');
    const pageOf = async (person: Person): Promise<Page> => {
      const context = await another();
      await signIn(context, portal, person);
      return context.newPage();
    };
    const administrators = await pageOf(DEMO.administrator);
    const responders = await pageOf(responder);
    await responders.goto('/');
    const tile = responders.getByRole('listitem').filter({ hasText: 'EMIC 應變服務' });
    await expect(tile).toContainText('可先申請權限');

    await signIn(page, portal, manager);
    const lists = new SurgeListPage(page);
    await lists.create('夜間進駐編組', '二級');
    await lists.put(responder.username, '應變中心作業');
    await lists.button('送審').click();
    await expect(lists.done('已送審')).toBeFocused();
    await expect(lists.button('核准')).toHaveCount(0);

    const approving = new SurgeListPage(administrators);
    await approving.show('夜間進駐編組');
    await approving.button('退回修正').click();
    const dialog = administrators.getByRole('dialog', { name: '退回這份編組？' });
    await dialog.getByRole('button', { name: '退回修正' }).click();
    await expect(dialog.getByLabel('說明')).toHaveAccessibleDescription(/必須填寫/);
    await dialog.getByLabel('說明').fill('請確認人員仍在職。');
    await dialog.getByRole('button', { name: '退回修正' }).click();
    await expect(approving.done('已退回修正')).toBeFocused();

    await page.reload();
    await expect(lists.list).toContainText('請確認人員仍在職。');
    await lists.button('送審').click();
    await expect(lists.done('已送審')).toBeFocused();
    await approving.show('夜間進駐編組');
    await approving.button('核准').click();
    await expect(approving.done('已同意這份編組')).toBeFocused();
    await expect(approving.list).toContainText('已核准');

    const events = new ActivationPage(page);
    await events.look('海葵颱風', '三級');
    await expect(events.preview).toContainText('沒有人會取得權限');
    await page.getByRole('combobox', { name: /^開設等級/ }).selectOption({ label: '二級' });
    await expect(events.preview).toHaveCount(0);
    await page.getByRole('button', { name: '預覽' }).click();
    // With the two people of the demo's list.
    await expect(events.preview).toContainText('共 3 人取得權限');
    await page.reload();
    await expect(page.getByRole('textbox', { name: /^名稱/ })).toHaveValue('海葵颱風');
    await page.getByRole('button', { name: '預覽' }).click();
    await events.preview.getByRole('button', { name: '確認開設' }).click();
    await expect(page).toHaveURL(/\/manage\/activations\/[0-9a-f-]{36}$/);
    await expect(events.grants.filter({ hasText: responder.name })).toContainText('使用中');
    await expect(events.standing).toContainText('二級開設中 海葵颱風');
    // Whoever has a page of the console open sees it without doing anything.
    const elsewhere = new ActivationPage(administrators).standing;
    await expect(elsewhere).toContainText('二級開設中 海葵颱風');
    const address = page.url();

    await responders.reload();
    await expect(tile).toContainText('應變中心開設「海葵颱風」期間');
    await responders.goto('/access/grants');
    await expect(responders.getByRole('row').filter({ hasText: '應變中心作業' })).toContainText('「海葵颱風」開設期間');

    await page.getByRole('button', { name: '調整為一級' }).click();
    await events.confirm('調整為一級開設？');
    await expect(events.done('已調整開設等級')).toBeFocused();
    await expect(events.standing).toContainText('一級開設中');
    await expect(elsewhere).toContainText('一級開設中');
    await page.goto('/manage/people');
    await events.standing.getByRole('link').click();
    await page.getByRole('button', { name: '解除開設' }).click();
    await events.confirm('解除這次開設？');
    await expect(events.done('已解除開設')).toBeFocused();
    await expect(events.standing).toHaveCount(0);
    await expect(elsewhere).toHaveCount(0);

    await responders.goto('/');
    await expect(tile).toContainText('可先申請權限');
    await responders.goto('/access/grants');
    await expect(responders.getByRole('row').filter({ hasText: '應變中心作業' })).toContainText('已到期');

    await page.goto('/manage');
    const tasks = page.getByRole('region', { name: /^事後審查/ });
    await tasks.getByRole('link', { name: /海葵颱風/ }).click();
    await expect(page).toHaveURL(address);
    await page.getByRole('checkbox', { name: `選取 ${responder.name}` }).check();
    await page.getByRole('button', { name: '標記為不符合' }).click();
    const remark = page.getByRole('dialog', { name: '將 1 項權限標記為不符合？' });
    await remark.getByRole('button', { name: '確定' }).click();
    await expect(remark.getByLabel('說明')).toHaveAccessibleDescription(/必須填寫/);
    await remark.getByLabel('說明').fill('未實際進駐。');
    await remark.getByRole('button', { name: '確定' }).click();
    await expect(events.done('已審查')).toBeFocused();
    await expect(events.grants.filter({ hasText: responder.name })).toContainText('未實際進駐。');
    await page.getByRole('button', { name: '全選' }).click();
    await page.getByRole('button', { name: '標記為符合' }).click();
    await page.getByRole('dialog', { name: /標記為符合？$/ }).getByRole('button', { name: '確定' }).click();
    await expect(events.grants.filter({ hasText: '待審查' })).toHaveCount(0);
    await page.goto('/manage');
    await expect(page.getByRole('link', { name: /^應變編組/ })).toBeVisible();
    await expect(tasks).toHaveCount(0);
  });

  test('is for those whose posts open it, and refuses with what to do', async ({ page, portal, another }) => {
    const auditor = await portal.newPerson('稽核員', { agency: COUNTY, role: 'auditor' });
    await signIn(page, portal, auditor);
    await page.goto('/manage/activations');
    await expect(page.getByRole('region', { name: '開設中' })).toContainText('目前沒有開設中的應變中心');
    await expect(page.getByRole('link', { name: '開設應變中心' })).toHaveCount(0);
    const context = await another();
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(context, portal, manager);
    const managers = await context.newPage();
    await managers.goto('/manage/activations/new');
    await managers.getByRole('button', { name: '預覽' }).click();
    await expect(managers.getByRole('alert')).toContainText('開設機關');
    await expect(managers.getByRole('textbox', { name: /^名稱/ })).toBeFocused();
  });

  test('axe finds nothing wrong with it, and nobody scrolls sideways', async ({ page, portal }) => {
    test.slow();
    await portal.importAgencies();
    await signIn(page, portal, DEMO.manager);
    const [events, lists] = [new ActivationPage(page), new SurgeListPage(page)];
    await events.look('海葵颱風', '一級');
    await expectAccessibleInBothColours(page, 'the form with its preview');
    await events.preview.getByRole('button', { name: '確認開設' }).click();
    await expect(events.grants.first()).toBeVisible();
    await expectAccessibleInBothColours(page, 'an open event');
    const address = page.url();
    await lists.show('縣災害應變中心進駐編組');
    await expect(lists.entries.first()).toBeVisible();
    await expectAccessibleInBothColours(page, 'a list');
    await events.open();
    await expect(events.running.getByRole('listitem')).toHaveCount(1);
    await expectAccessibleInBothColours(page, 'the events');
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      for (const path of [address, '/manage/activations', '/manage/activations/new', '/manage/surge-lists', '/manage']) {
        await page.goto(path);
        await expect(events.standing).toBeVisible();
        await expect(page.locator('.skeleton')).toHaveCount(0);
        await expectNoSidewaysScrolling(page, path);
      }
    }
    await page.goto(address);
    await page.getByRole('button', { name: '解除開設' }).click();
    await events.confirm('解除這次開設？');
    await expect(events.done('已解除開設')).toBeFocused();
    await expectAccessibleInBothColours(page, 'a closed event');
  });
});
