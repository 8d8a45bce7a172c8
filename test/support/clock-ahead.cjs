'use strict';

/**
 * Loaded before a program (`NODE_OPTIONS`): its clock is ahead by as many milliseconds as the file MOVED_CLOCK says, also when
 * the file changes meanwhile. So a week passes in a test.
 */
const { openSync, readSync } = require('node:fs');
const RealDate = Date;
const content = Buffer.alloc(32);
const file = openSync(process.env.MOVED_CLOCK, 'r');
let ahead = 0;

/** Reads the file at every look: what is done right after the clock was moved is done at the new time. */
function now() {
  const length = readSync(file, content, 0, content.length, 0);
  if (length > 0) ahead = Number(content.toString('latin1', 0, length)); // empty while it is being written
  return RealDate.now() + ahead;
}

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }

  static now() {
    return now();
  }
};
