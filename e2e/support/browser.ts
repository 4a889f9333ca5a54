import { accessSync } from 'node:fs';

import type { LaunchOptions, PlaywrightTestConfig } from '@playwright/test';

/** The browser as people have it: the one that is named, Debian's, or the one that Playwright downloaded. */
function wholeBrowser(): string | undefined {
  const named = process.env['EMIC_CHROMIUM'];
  if (named) return named;
  try {
    accessSync('/usr/bin/chromium');
    return '/usr/bin/chromium';
  } catch {
    return undefined;
  }
}

/** The same browser without windows, which needs a quarter less of the processor and has no back-forward cache (docs/decisions/0025). */
function headlessShell(): string | undefined {
  return process.env['EMIC_HEADLESS_SHELL'] || undefined;
}

const program = (path: string | undefined) => (path ? { executablePath: path } : {});

/** Somebody in Taiwan at a desk. Animations would only make tests wait. */
export const browser: NonNullable<PlaywrightTestConfig['use']> = {
  locale: 'zh-TW',
  timezoneId: 'Asia/Taipei',
  viewport: { width: 1280, height: 800 },
  contextOptions: { reducedMotion: 'reduce' },
  actionTimeout: 15_000,
  navigationTimeout: 20_000,
  // A trace of every test takes a seventh of the processor's time; `npx playwright test SPEC --trace retain-on-failure` makes one.
  trace: 'off',
  screenshot: 'only-on-failure',
  launchOptions: {
    ...program(headlessShell() ?? wholeBrowser()),
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Debian's wants the pictures drawn by a graphics card, and without one emulates it: a sixth of the time.
      '--disable-gpu',
      // Each test has a browser without a memory, which compiles the pages anew: what it does not use, not. A tenth of the time.
      '--js-flags=--wasm-lazy-compilation',
    ],
  },
};

/** How a journey starts the whole browser, when it is about what the shell has not. */
export const wholeBrowserLaunch: LaunchOptions = { ...browser.launchOptions, ...program(wholeBrowser()) };
