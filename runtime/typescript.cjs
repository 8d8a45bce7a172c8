'use strict';

/**
 * Loaded first into each process and thread that runs our TypeScript (`node --require`): loads tsx, which transforms it.
 * Left alone, tsx keeps the transformed code in the folder for temporary files, under a name that another user of the
 * machine may take before us, and runs what it finds there. So it gets a folder of our own in CACHE_DIR, or keeps nothing.
 */
const fs = require('node:fs');
const path = require('node:path');
const { placeOfOthers } = require('./own-place.cjs');

const PACKAGE = path.resolve(__dirname, '..');

/** Where tsx may keep code: CACHE_DIR, if nobody else may change it. */
function ownCacheFolder() {
  const user = process.geteuid?.();
  if (user === undefined) return undefined; // Windows has no such modes to look at
  try {
    // in a program's folder of somebody else we make nothing that he could not use himself
    const isOurs = fs.statSync(PACKAGE).uid === user;
    const cache = process.env.CACHE_DIR || (isOurs ? path.join(PACKAGE, '.cache') : undefined);
    if (cache === undefined) return undefined;
    const folder = path.resolve(cache, `tsx-${user}`); // the name that tsx takes in its folder for temporary files
    makeFolder(folder);
    return placeOfOthers(folder) === undefined ? path.dirname(fs.realpathSync(folder)) : undefined;
  } catch {
    return undefined; // read-only, or not ours to write to: it only costs time
  }
}

/** Node's own `recursive` never returns where a file system refuses new folders with ENOENT, as `/proc` does. */
function makeFolder(folder) {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder)); // ends at the root, which is there
  try {
    fs.mkdirSync(folder, 0o700);
  } catch (fault) {
    if (fault.code !== 'EEXIST') throw fault; // else another process made it
  }
}

function loadTsx() {
  const cache = ownCacheFolder();
  const settings = {
    // without a cache tsx still looks there for the socket of a parent process: the program's folder has none
    TMPDIR: cache ?? PACKAGE,
    TSX_DISABLE_CACHE: cache === undefined ? '1' : undefined,
    // else it takes the tsconfig.json of the working folder, which may be about other code
    TSX_TSCONFIG_PATH: path.join(PACKAGE, 'tsconfig.json'),
  };
  const before = Object.fromEntries(Object.keys(settings).map((name) => [name, process.env[name]]));
  setEnvironment(settings);
  try {
    require('tsx/cjs');
  } finally {
    setEnvironment(before);
  }
}

function setEnvironment(settings) {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

loadTsx();
