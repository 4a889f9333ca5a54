import { PeoplePage } from '../pages/people.ts';
import { expectAccessibleInBothColours, expectNoSidewaysScrolling } from '../support/accessibility.ts';
import { expect, failedRequest, signIn, test } from '../support/test.ts';

const COUNTY = '2.16.886.101.90010.20002';
const CENTRAL = '2.16.886.101.20003.20001.20003';

test.describe('管理', () => {
  test('is a tab for those who have a post, and for nobody else', async ({ page, portal, person, frame }) => {
    await signIn(page, portal, person);
    await page.goto('/');
    await expect(frame.tabs.getByRole('link', { name: '首頁' })).toBeVisible();
    await expect(frame.tabs.getByRole('link', { name: '管理' })).toHaveCount(0);
    await page.goto('/manage/people');
    await expect(frame.heading).toHaveText('這個頁面需要職務');
    await page.getByRole('link', { name: '回首頁' }).click();
    await expect(page).toHaveURL(/\/$/);
  });

  test('shows the own posts and leads to what they open, and back to the other pages', async ({ page, portal, frame }) => {
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(page, portal, manager);
    await page.goto('/');
    await frame.tabs.getByRole('link', { name: '管理' }).click();
    await expect(frame.heading).toHaveText('管理');
    await expect(page.getByRole('region', { name: '您的職務' })).toContainText('單位管理者');
    await page.getByRole('link', { name: /^人員/ }).click();
    await expect(frame.heading).toBeFocused();
    await expect(frame.heading).toHaveText('人員');
    await expect(frame.tabs.getByRole('link', { name: '管理' })).toHaveAttribute('aria-current', 'true');
    await frame.tabs.getByRole('link', { name: '個人資料維護' }).click();
    await expect(frame.heading).toHaveText('個人資料維護');
    await page.goBack();
    await expect(frame.heading).toHaveText('人員');
  });

  test('without a session one is led to the login page, and back', async ({ page, portal, login }) => {
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await page.goto('/manage/people?state=active');
    await expect(page).toHaveURL(/\/login\?return_to=%2Fmanage%2Fpeople%3Fstate%3Dactive$/);
    await login.signIn(manager);
    await expect(page).toHaveURL(/\/manage\/people\?state=active$/);
    await expect(new PeoplePage(page).rows.first()).toBeVisible();
  });
});

test.describe('人員', () => {
  test('a manager finds the own people, gives a post that counts at once, and takes it', async ({ page, portal, person, another }) => {
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(page, portal, manager);
    const theirs = await another();
    await signIn(theirs, portal, person);
    const theirPage = await theirs.newPage();
    const people = new PeoplePage(page);
    await people.show(person.username);
    await expect(page.getByRole('region', { name: person.name })).toContainText('彰化縣消防局');
    await expect(page.getByRole('main')).toContainText('目前沒有職務');
    await expect(page.getByRole('region', { name: '權限', exact: true })).toContainText('在您的職務範圍內沒有權限');

    await people.give.getByRole('combobox', { name: '職務' }).selectOption('agency_manager');
    await expect(people.give.getByRole('combobox', { name: '機關' })).toHaveValue('彰化縣消防局');
    await people.give.getByRole('button', { name: '指派', exact: true }).click();
    await expect(people.done('已指派職務')).toBeFocused();
    await expect(people.posts).toHaveCount(1);
    await expect(people.posts).toContainText('及所屬機關');
    await theirPage.goto('/manage');
    await expect(theirPage.getByRole('heading', { level: 1 })).toHaveText('管理');

    const take = people.posts.getByRole('button', { name: '解除職務：單位管理者' });
    await take.click();
    await expect(people.dialog).toHaveAccessibleDescription(/立即生效/);
    await page.keyboard.press('Escape');
    await expect(take).toBeFocused();
    await take.click();
    await people.dialog.getByRole('button', { name: '解除', exact: true }).click();
    await expect(people.done('已解除職務')).toBeFocused();
    await expect(page.getByRole('main')).toContainText('目前沒有職務');
    await theirPage.reload();
    await expect(theirPage.getByRole('heading', { level: 1 })).toHaveText('這個頁面需要職務');
  });

  test('a manager disables an account, which counts at once, enables it, and moves the person', async ({ page, portal, person, another }) => {
    await portal.importAgencies();
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(page, portal, manager);
    const theirs = await another();
    await signIn(theirs, portal, person);
    const people = new PeoplePage(page);
    await people.show(person.username);
    const who = page.getByRole('region', { name: person.name });
    const account = page.getByRole('region', { name: '帳號管理' });
    const dialog = page.getByRole('alertdialog');

    await account.getByRole('button', { name: '停用帳號' }).click();
    await expect(dialog).toHaveAccessibleDescription(/立即登出/);
    await dialog.getByRole('button', { name: '停用帳號' }).click();
    await expect(people.done('帳號已停用')).toBeFocused();
    await expect(who).toContainText('停用');
    expect((await theirs.request.get(`${portal.url}/api/v1/session`)).status()).toBe(401);

    await account.getByRole('button', { name: '啟用帳號' }).click();
    await dialog.getByRole('button', { name: '啟用帳號' }).click();
    await expect(people.done('帳號已啟用')).toBeFocused();
    await signIn(theirs, portal, person);

    await account.getByRole('combobox', { name: '調至機關' }).fill('彰化縣政府');
    await page.getByRole('option', { name: /^彰化縣政府/ }).first().click();
    await account.getByRole('button', { name: '調動', exact: true }).click();
    await expect(people.done('已調動機關')).toBeFocused();
    await expect(who).toContainText('彰化縣政府');
  });

  test('what is missing is said, and what may not be is refused with what to do', async ({ page, portal, person, guard }) => {
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(page, portal, manager);
    const people = new PeoplePage(page);
    await people.show(person.username);
    await people.give.getByRole('button', { name: '指派', exact: true }).click();
    await expect(people.give.getByRole('alert')).toContainText('職務');
    await expect(people.give.getByRole('combobox', { name: '職務' })).toBeFocused();
    await people.show(manager.username);
    await expect(page.getByRole('main')).toContainText('自己的職務須由其他人變更');
    await expect(people.give).toHaveCount(0);
    guard.expect(failedRequest('/api/v1/persons'));
    await page.goto('/manage/people/019ab1c2-7c00-7000-8000-00000000a001');
    await expect(page.getByRole('alert')).toContainText('找不到這個人');
  });

  test('the address keeps what was searched for, and the order', async ({ page, portal }) => {
    const administrator = await portal.newPerson('鄭系統', { agency: CENTRAL, role: 'system_administrator' });
    await signIn(page, portal, administrator);
    const people = new PeoplePage(page);
    await people.open();
    await people.post.selectOption({ label: '系統管理者' });
    await people.search.click();
    await expect(page).toHaveURL(/post=system_administrator/);
    await expect(people.rows.filter({ hasText: administrator.username })).toHaveCount(1);
    const since = people.table.getByRole('columnheader', { name: '建立日期' });
    await since.getByRole('link').click();
    await expect(since).toHaveAttribute('aria-sort', 'descending');
    await expect(page).toHaveURL(/post=system_administrator&sort=newest/);
    await expect(people.rows.first()).toContainText(administrator.username);
    await page.goBack();
    await expect(people.table.getByRole('columnheader', { name: '姓名' })).toHaveAttribute('aria-sort', 'ascending');
    await people.query.fill('沒有這個人');
    await people.search.click();
    await expect(page.getByRole('main')).toContainText('沒有符合的人員');
    await page.getByRole('link', { name: '清除條件' }).click();
    await expect(people.query).toHaveValue('');
    await expect(people.rows.first()).toBeVisible();
  });

  test('a foreign manager does not see them', async ({ page, portal, person }) => {
    const foreign = await portal.newPerson('高外縣', { agency: CENTRAL, role: 'agency_manager' });
    await signIn(page, portal, foreign);
    const people = new PeoplePage(page);
    await people.open();
    await people.query.fill(person.username);
    await people.search.click();
    await expect(page.getByRole('main')).toContainText('沒有符合的人員');
  });

  test('axe finds nothing wrong with it, and nobody scrolls sideways', async ({ page, portal, person, frame }) => {
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(page, portal, manager);
    const people = new PeoplePage(page);
    await page.goto('/manage');
    await expect(page.getByRole('link', { name: /^人員/ })).toBeVisible();
    await expectAccessibleInBothColours(page, '管理');
    await people.open();
    await expectAccessibleInBothColours(page, '人員');
    await people.show(person.username);
    await people.give.getByRole('combobox', { name: '職務' }).selectOption('agency_manager');
    await expectAccessibleInBothColours(page, 'one person');
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      await expectNoSidewaysScrolling(page, 'one person');
      await people.open();
      await expectNoSidewaysScrolling(page, '人員');
      await people.show(person.username);
    }
    await frame.language.click();
    await expectNoSidewaysScrolling(page, 'one person in English');
  });
});

test.describe('機關歸屬', () => {
  test('is proposed, refused with a reason, proposed again and confirmed', async ({ page, portal, another }) => {
    // The second time it changes nothing.
    await portal.importAgencies();
    const newcomer = await portal.newPerson(`新進${Date.now()}`, { agency: null });
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(page, portal, newcomer);
    const theirs = await another();
    await signIn(theirs, portal, manager);
    const managers = await theirs.newPage();

    const own = page.getByRole('region', { name: '任職機關' });
    const propose = async (): Promise<void> => {
      await own.getByRole('combobox', { name: '任職機關' }).fill('彰化縣消防局');
      await page.getByRole('option', { name: /彰化縣消防局/ }).first().click();
      await own.getByRole('button', { name: '提出' }).click();
      await expect(own).toContainText('等待管理者確認');
    };
    await page.goto('/profile');
    await propose();

    await managers.goto('/manage/proposals');
    await managers.getByRole('button', { name: `不通過 ${newcomer.name}` }).click();
    const refusal = managers.getByRole('dialog', { name: /^不通過/ });
    await refusal.getByRole('button', { name: '不通過' }).click();
    await expect(refusal.getByRole('textbox', { name: '原因' })).toHaveAccessibleDescription(/必須填寫/);
    await refusal.getByRole('textbox', { name: '原因' }).fill('查無此員，請確認。');
    await managers.reload();
    await managers.getByRole('button', { name: `不通過 ${newcomer.name}` }).click();
    await expect(refusal.getByRole('textbox', { name: '原因' })).toHaveValue('查無此員，請確認。');
    await refusal.getByRole('button', { name: '不通過' }).click();
    await expect(managers.getByRole('status').filter({ hasText: '已回覆不通過' })).toBeFocused();

    await page.reload();
    await expect(own).toContainText('查無此員，請確認。');
    await propose();
    await managers.reload();
    await managers.getByRole('button', { name: `確認 ${newcomer.name}` }).click();
    await managers.getByRole('alertdialog').getByRole('button', { name: '確認' }).click();
    await expect(managers.getByRole('status').filter({ hasText: '已確認任職機關' })).toBeFocused();
    await page.reload();
    await expect(page.getByRole('textbox', { name: /機關\/公司名稱/ })).toHaveValue('彰化縣消防局');
    await expect(own).toHaveCount(0);
  });

  test('axe finds nothing wrong with it', async ({ page, portal }) => {
    const manager = await portal.newPerson('許美芳', { agency: COUNTY, role: 'agency_manager' });
    await signIn(page, portal, manager);
    await page.goto('/manage/proposals');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('機關歸屬');
    await expectAccessibleInBothColours(page, '機關歸屬');
  });
});
