'use strict';

/**
 * Loaded before a program (`NODE_OPTIONS`): its clock is ahead by as many milliseconds as the file MOVED_CLOCK says, also when
 * the file changes meanwhile. So a week passes in a test.
 */
const { readFileSync } = require('node:fs');
const RealDate = Date;
const READ_EVERY_MS = 20;
let ahead = 0;
let readAt = -Infinity;

function now() {
  const monotonic = performance.now();
  if (monotonic - readAt > READ_EVERY_MS) {
    readAt = monotonic;
    ahead = Number(readFileSync(process.env.MOVED_CLOCK, 'utf8')) || ahead; // empty while it is being written
  }
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
