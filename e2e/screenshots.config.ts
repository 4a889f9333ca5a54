import { defineConfig } from '@playwright/test';

import { browser } from './support/browser.ts';

/** The pictures of README.md and docs/: `npm run screenshots` makes them anew. No part of the tests. */
export default defineConfig({
  testDir: 'screenshots',
  testMatch: '*.ts',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { ...browser, trace: 'off', screenshot: 'off' },
});
