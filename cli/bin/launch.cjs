'use strict';
const path = require('node:path');

const PACKAGE = path.resolve(__dirname, '../..');

/**
 * Runs a TypeScript entry point of this package as an installed command, from whatever folder it is called in.
 * @param {string} entry its path in the package
 */
module.exports = function launch(entry) {
  // tsx would take the tsconfig.json of the caller's folder, which is about other code.
  process.env.TSX_TSCONFIG_PATH = path.join(PACKAGE, 'tsconfig.json');
  require('tsx/cjs');
  require(path.join(PACKAGE, entry));
};
