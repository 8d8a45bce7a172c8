'use strict';

/**
 * Loaded before a program (`NODE_OPTIONS`): its clock is a day ahead, so that it may reconcile what was sold just now. A
 * day is reconciled from the day after on.
 */
const DAY_MS = 24 * 60 * 60 * 1000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [RealDate.now() + DAY_MS] : parts));
  }

  static now() {
    return RealDate.now() + DAY_MS;
  }
};
