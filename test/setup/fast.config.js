/** What needs no server, no bundle and no browser: `npm run test:fast`, within half a minute. */
const { globalSetup: _, ...whole } = require('../../jest.config.js');

module.exports = {
  ...whole,
  rootDir: '../..',
  testMatch: [
    '<rootDir>/test/{domain,catalogue,archive,docs,bench}/**/*.test.ts',
    '<rootDir>/test/reconciliation/*.test.ts',
    '<rootDir>/test/client/read-purchase.test.ts',
    '<rootDir>/test/mobifone/{circuit,dialects,token}.test.ts',
    '<rootDir>/test/runtime/configuration/*.test.ts',
  ],
  // A browser, a real Temporal, or minutes of made-up days.
  testPathIgnorePatterns: [
    '/node_modules/',
    'statement-page',
    'docs-page',
    'bench/(smoke|soak-run)',
    'archive/temporal-source',
    'seeded-days',
  ],
};
