'use strict';

const fs = require('node:fs');
const path = require('node:path');

const PROGRAM = fs.realpathSync(path.resolve(__dirname, '..'));
const OTHERS_WRITE = 0o022;
/** In such a folder everybody may make files, and change their own only, as in /tmp. */
const STICKY = 0o1000;

/**
 * The place itself, or the first folder above it, that another user of the machine may change; undefined if there is
 * none. A folder above the program is passed over, and one within it that is no more open than the program itself, as where
 * the umask is 0002: who may change that may change the program as well.
 * @param {string} place
 * @param {string} [program] the folder of the program; ours unless given
 * @returns {string | undefined}
 */
exports.placeOfOthers = function placeOfOthers(place, program = PROGRAM) {
  if (!process.geteuid) return undefined; // Windows has no such modes
  const own = fs.statSync(program);
  const trusted = new Set([0, process.geteuid(), own.uid]);
  let at = fs.realpathSync(place);
  while (at !== program && !program.startsWith(at.endsWith(path.sep) ? at : at + path.sep)) {
    const found = fs.statSync(at);
    const isShared = found.isDirectory() && (found.mode & STICKY) !== 0;
    const isWithin = at.startsWith(program + path.sep) && found.gid === own.gid;
    const others = found.mode & OTHERS_WRITE & (isWithin ? ~own.mode : ~0);
    if (!trusted.has(found.uid) || (others !== 0 && !isShared)) return at;
    at = path.dirname(at);
  }
  return undefined;
};
