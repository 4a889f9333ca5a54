import { expect, type BrowserContext } from '@playwright/test';

/**
 * Watches everything that happens in a browser: violations of the content security policy, errors in the
 * console and in scripts. Whatever a test has not announced fails it.
 */
export class Guard {
  readonly #found: string[] = [];
  // Chromium writes every refused request into the console; a page that asks who is signed in gets a 401.
  // Which of many pages of a session has no stream of its notifications is nobody's concern: it asks instead.
  readonly #expected: RegExp[] = [
    /^console: .*status of 401 .* at \S+\/api\/v1\/session$/,
    /^console: Failed to load resource.* at \S+\/api\/v1\/notifications\/events$/,
  ];

  /** Watches this browser from now on. */
  async watch(context: BrowserContext): Promise<void> {
    await context.exposeBinding('reportViolation', ({ page }, text: string) => {
      this.#found.push(`policy: ${text} at ${page.url()}`);
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const report = (window as unknown as { reportViolation?: (text: string) => void }).reportViolation;
        report?.(`${event.effectiveDirective} blocks ${event.blockedURI}`);
      });
    });
    context.on('console', (message) => {
      if (message.type() !== 'error') return;
      this.#found.push(`console: ${message.text()} at ${message.location().url}`);
    });
    context.on('weberror', (error) => {
      this.#found.push(`script: ${error.error().message}`);
    });
    context.on('page', (page) => {
      page.on('crash', () => this.#found.push(`crash: ${page.url()}`));
    });
  }

  /** Something of this kind is part of the test. */
  expect(...patterns: RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** What was found and not announced. */
  unexpected(): string[] {
    return this.#found.filter((found) => !this.#expected.some((pattern) => pattern.test(found)));
  }

  /** Fails when something was found that no test has announced. */
  check(): void {
    expect(this.unexpected(), 'no policy violations and no errors in the console').toEqual([]);
  }
}

/** A request that the test lets fail, as Chromium reports it. */
export function failedRequest(path: string): RegExp {
  return new RegExp(`^console: Failed to load resource.*${path.replaceAll('/', '\\/')}`);
}
