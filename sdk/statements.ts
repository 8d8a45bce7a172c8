import type { CallOptions, RequestPlan } from './transport';

/** The API writes a statement as it reads the purchases, which takes minutes for a month of many. */
const DEADLINE_MS = 600_000;

/** The files of a statement, by their media types. */
export const STATEMENT_FILES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** @throws TypeError what is no period would be another address */
export function statementPlan(period: string, options: CallOptions): RequestPlan {
  if (!/^\d{4}-\d\d(-\d\d)?$/.test(period)) {
    throw new TypeError(`period must be a day as 2026-11-24 or a month as 2026-11; it is "${period}".`);
  }
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const path = `/v1/statements/${period}`;
  return { method: 'GET', path, repeatable: true, ...options, deadlineMs, attemptTimeoutMs: deadlineMs };
}
