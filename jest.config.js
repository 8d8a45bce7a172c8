/** msw 2 ships ES modules and Temporal CommonJS: swc turns all of it into CommonJS for jest. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: {
    '^.+\\.(t|j|mj)sx?$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(until-async|rettime|@open-draft/deferred-promise|headers-polyfill|set-cookie-parser)/)',
  ],
};
