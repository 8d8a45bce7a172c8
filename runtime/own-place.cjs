'use strict';

const fs = require('node:fs');
const path = require('node:path');

const PROGRAM = fs.realpathSync(path.resolve(__dirname, '..'));
const OTHERS_WRITE = 0o022;
const EVERYBODY_WRITES = 0o002;
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
  return firstPlace(place, program, (found, writers) => isStrangers(found, program) || writers !== 0);
};

/**
 * As `placeOfOthers`, for files that people write and mount: of places of the group, those of a user's private group (its
 * number is the user's) do not count.
 * @param {string} place
 * @returns {string | undefined}
 */
exports.placeOfStrangers = function placeOfStrangers(place) {
  const counted = ({ uid, gid }) => (uid === gid ? EVERYBODY_WRITES : OTHERS_WRITE);
  return firstPlace(
    place,
    PROGRAM,
    (found, writers, at) =>
      isStrangers(found, PROGRAM) || ((writers & counted(found)) !== 0 && !isReadOnly(at)),
  );
};

/**
 * As `placeOfOthers`, where every user of the machine may change it. What is mounted for us, to read or as a folder of root's,
 * has the rights that its mounter gave it, as Kubernetes and Docker Desktop give all: chmod is not possible there.
 * @param {string} place
 * @returns {string | undefined}
 */
exports.placeOfEverybody = function placeOfEverybody(place) {
  return firstPlace(
    place,
    PROGRAM,
    (found, writers, at) =>
      (writers & EVERYBODY_WRITES) !== 0 && !isReadOnly(at) && !isMountOfRoot(found, at),
  );
};

function firstPlace(place, program, isSought) {
  if (!process.geteuid) return undefined; // Windows has no such modes
  const own = fs.statSync(program);
  let at = fs.realpathSync(place);
  while (at !== program && !program.startsWith(at.endsWith(path.sep) ? at : at + path.sep)) {
    const found = fs.statSync(at);
    const isShared = found.isDirectory() && (found.mode & STICKY) !== 0;
    const isWithin = at.startsWith(program + path.sep) && found.gid === own.gid;
    const writers = isShared ? 0 : found.mode & OTHERS_WRITE & (isWithin ? ~own.mode : ~0);
    if (isSought(found, writers, at)) return at;
    at = path.dirname(at);
  }
  return undefined;
}

/**
 * Whether something belongs to neither root, nor us, nor the owner of the program, who could change that as well.
 * @param {{ uid: number }} found
 * @param {string} [program]
 * @returns {boolean}
 */
exports.isStrangers = isStrangers;
function isStrangers(found, program = PROGRAM) {
  if (!process.geteuid) return false; // Windows has no such owners
  return ![0, process.geteuid(), fs.statSync(program).uid].includes(found.uid);
}

function isReadOnly(at) {
  try {
    fs.accessSync(at, fs.constants.W_OK);
    return false;
  } catch (fault) {
    return fault.code === 'EROFS';
  }
}

function isMountOfRoot(found, at) {
  return found.isDirectory() && found.uid === 0 && found.dev !== fs.statSync(path.dirname(at)).dev;
}
