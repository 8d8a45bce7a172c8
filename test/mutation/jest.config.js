const project = require('../../jest.config.js');

/** The behaviour tests alone. Replays are left out: they notice any change, whether it breaks a promise or not. */
module.exports = {
  ...project,
  rootDir: '../..',
  roots: ['<rootDir>/test'],
  testMatch: [
    '<rootDir>/test/{activities,workflows}/*.test.ts',
    '<rootDir>/test/domain/identifiers.test.ts',
    '<rootDir>/test/reconciliation/{remedies,case-proof}.test.ts',
    '<rootDir>/test/api/pauses.test.ts',
    '<rootDir>/test/client/current-pauses.test.ts',
  ],
  testPathIgnorePatterns: ['replay\\.test\\.ts$'],
  reporters: ['<rootDir>/test/mutation/findings-reporter.js'],
  testSequencer: '<rootDir>/test/mutation/likeliest-first.js',
  // One file after the other, the likeliest first: what runs beside it is thrown away when one fails.
  maxWorkers: 1,
  workerIdleMemoryLimit: '1GB', // in a process of its own: a mutation may crash it
  // A hundred times what a test takes; a test that hangs is no proof by itself, see run.ts.
  testTimeout: 60_000,
};
