'use strict';

/**
 * Runs `datacode` as an installed command, from whatever folder it is called in.
 * @param {string[]} group what an older name of the command stands for
 */
module.exports = function launch(...group) {
  process.argv.splice(2, 0, ...group);
  require('../../runtime/typescript.cjs');
  require('../main.ts');
};
