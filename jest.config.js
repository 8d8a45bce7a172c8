/** msw 2 ships ES modules and Temporal CommonJS: swc turns all of it into CommonJS for jest. */
module.exports = {
  testEnvironment: 'node',
  // jest runs the code that it finds there; by default that is a folder for temporary files, which other users share
  cacheDirectory: '<rootDir>/.cache/jest',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  reporters: ['default', '<rootDir>/test/setup/plain-summary-reporter.js'],
  // Nothing may depend on speed: a machine that is busy with something else is given time.
  testTimeout: 120_000,
  // A process that is used again has its modules at hand, which saves a third of the time; one that has grown is replaced.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  // A process that has grown is replaced after the last file too, and the new one is still starting when the run ends: it
  // is given time, or it is reported as a leak of tests that it never ran.
  workerGracefulExitTimeout: 60_000,
  // The SDK's package, as its sources.
  moduleNameMapper: { '^datacode-sdk$': '<rootDir>/sdk/index.ts' },
  transform: {
    '^.+\\.(t|j|mj)sx?$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(until-async|rettime|@open-draft/deferred-promise|headers-polyfill|set-cookie-parser|openid-client|oauth4webapi|jose)/)',
  ],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'lcovonly'],
  collectCoverageFrom: [
    '{activities,api,archive,catalogue,channel,cli,client,desk,dev,domain,encryption,mobifone,operators,reconciliation,runtime,sandbox,sdk,selling,worker}/**/*.ts',
    '!sdk/dist/**',
    '*.ts',
  ],
};
