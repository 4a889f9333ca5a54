import { defineConfig } from '@playwright/test';

import { browser } from './support/browser.ts';

/** The journeys. `cargo xtask test` runs them on the debug programs (docs/decisions/0025); README.md says how to run one alone. */
export default defineConfig({
  testDir: '.',
  testMatch: ['journeys/**/*.spec.ts', 'peers/**/*.spec.ts'],
  outputDir: 'test-results',
  reporter: [['list']],
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: browser,
});
