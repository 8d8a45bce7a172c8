'use strict';
const path = require('node:path');

const PACKAGE = path.resolve(__dirname, '../..');

/**
 * Runs `datacode` as an installed command, from whatever folder it is called in.
 * @param {string[]} group what an older name of the command stands for
 */
module.exports = function launch(...group) {
  // tsx would take the tsconfig.json of the caller's folder, which is about other code.
  process.env.TSX_TSCONFIG_PATH = path.join(PACKAGE, 'tsconfig.json');
  process.argv.splice(2, 0, ...group);
  require('tsx/cjs');
  require(path.join(PACKAGE, 'cli/main.ts'));
};
