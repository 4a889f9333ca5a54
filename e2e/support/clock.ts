import { expect, type Page, type Route } from '@playwright/test';

import { Frame } from '../pages/frame.ts';

/** The idle limit, in milliseconds. */
const IDLE = 30 * 60 * 1000;

/** `29:52`, as the countdown writes it. */
export function written(seconds: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/**
 * Clocks that stand still until a test moves them: those of all pages of a browser, and the server's, as its
 * answers about the session tell it. So half an hour takes a moment, to the millisecond.
 *
 * The server's own clock cannot be moved from here; that it ends sessions when it says is for expiry.spec.ts
 * (with short limits) and for the API's tests (with a clock of theirs).
 */
export class StoppedClock {
  readonly #page: Page;
  readonly #frame: Frame;
  #now: number;
  #expiresAt: number;
  readonly #answers = new Set<Promise<void>>();

  /** How often the server was asked who is signed in, and how often it was told of activity. */
  readonly count = { asked: 0, told: 0 };

  private constructor(page: Page, now: number) {
    this.#page = page;
    this.#frame = new Frame(page);
    this.#now = now;
    this.#expiresAt = now + IDLE;
  }

  /** Stops the clocks of an open page of a signed-in person, at 30:00. `page.clock` must be installed. */
  static async stop(page: Page): Promise<StoppedClock> {
    const clock = new StoppedClock(page, Date.now() + 60_000);
    await page.context().route('**/api/v1/session', (route) => clock.#track(clock.#answer(route)));
    await page.context().route('**/api/v1/session/extend', (route) => clock.#track(clock.#extend(route)));
    // A leap, which a page takes for a sleep: it asks the server.
    await page.clock.pauseAt(clock.#now);
    await clock.shows(30 * 60);
    clock.count.asked = 0;
    return clock;
  }

  #track(answer: Promise<void>): Promise<void> {
    this.#answers.add(answer);
    return answer.finally(() => this.#answers.delete(answer));
  }

  /** Waits until the page has the answers to what it has asked: time must not move between the two. */
  async #settle(): Promise<void> {
    // Whatever was asked before this has been heard of after it.
    const turn = () => this.#page.evaluate(() => fetch('/health/live').then(() => {})).catch(() => {});
    await turn();
    await Promise.allSettled(this.#answers);
    await turn();
  }

  async #answer(route: Route): Promise<void> {
    if (route.request().method() !== 'GET') return route.continue();
    this.count.asked++;
    if (this.#now >= this.#expiresAt) {
      const problem = { type: '/api/docs#session_idle', title: '', status: 401, code: 'session_idle', request_id: '' };
      return route.fulfill({ status: 401, contentType: 'application/problem+json', json: problem });
    }
    return this.#tell(route);
  }

  async #extend(route: Route): Promise<void> {
    this.count.told++;
    this.#expiresAt = this.#now + IDLE;
    return this.#tell(route);
  }

  async #tell(route: Route): Promise<void> {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    const written = (millis: number) => new Date(millis).toISOString();
    const view = { ...(await response.json()), server_now: written(this.#now), expires_at: written(this.#expiresAt) };
    const headers = { ...response.headers(), 'session-expires-at': view.expires_at };
    return route.fulfill({ response, headers, json: view });
  }

  /** Lets the page’s scripts go on with what they left for the next turn, some milliseconds each, until this is done. */
  async whileStopped<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const ended = () => (done = true);
    work.then(ended, ended);
    // Axe opens a page of its own for a moment, which the clock reaches too, or just misses.
    while (!done) await this.#page.clock.runFor(20).catch(() => {});
    return work;
  }

  /** Waits until the countdown shows this many seconds, in whichever language. */
  async shows(seconds: number): Promise<void> {
    await expect(this.#frame.clock).toHaveText(new RegExp(`^(自動登出倒數|Signs out in):${written(seconds)}$`));
  }

  /** Lets time pass second by second. */
  async run(seconds: number): Promise<void> {
    await this.#settle();
    this.#now += seconds * 1000;
    await this.#page.clock.runFor(seconds * 1000);
  }

  /** Lets the machine sleep for this long; the session goes on running out. */
  async sleep(seconds: number): Promise<void> {
    await this.#settle();
    this.#now += seconds * 1000;
    await this.#page.clock.fastForward(seconds * 1000);
    await this.#settle();
  }

  /** Lets the machine sleep until the countdown shows this many seconds. */
  async sleepUntil(seconds: number): Promise<void> {
    // An extension that is under way moves the end.
    await this.#settle();
    await this.sleep((this.#expiresAt - this.#now) / 1000 - seconds);
    await this.shows(seconds);
  }
}
