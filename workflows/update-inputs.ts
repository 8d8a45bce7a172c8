import { ApplicationFailure } from '@temporalio/workflow';
import { DECISION_NAMES, type Decision } from '../domain/purchase/attention';
import type { CaseRequest } from '../domain/case/protocol';
import { CASE_DECISION_NAMES, type CaseDecision } from '../domain/case/case';
import { UPDATE_REFUSALS, type CancelRequest, type DecisionRequest } from '../domain/purchase/protocol';
import { isBlank } from '../domain/harmless-text';
import { inPersonsWords } from '../domain/persons-words';
import { CLEAR_TEXT_REFUSED, UNREADABLE_REFUSED } from '../domain/refused-input';
import type { MarkedRequest } from '../domain/request-mark';
import { withoutNumbers } from '../domain/telephone-numbers';

/** More than any name, reason or ticket needs. */
const MAX_TEXT_LENGTH = 1_000;

/** Who and why, for an auditor years later; `reference` is what it rests on, such as a ticket. */
interface Attribution {
  by: string;
  why: string;
  reference?: string;
}

/** What our own requests are known by; nobody types it. */
const MARK = ['requestId', 'runId'] as const satisfies readonly (keyof MarkedRequest)[];

/** Who may cancel a sale; an operator unless stated otherwise. */
const CANCELLED_BY = ['cancelled_by_operator', 'cancelled_by_channel'] as const;

/**
 * The request to cancel as entered by the API or by hand, with defaults for what a person would leave out.
 * @throws ApplicationFailure `RequestInvalid`, in words for the person who entered it
 */
export function cancelRequest(entered: unknown): CancelRequest {
  const fields = fieldsOf(entered, ['refusal', 'by', 'why', 'reference']);
  const { refusal = CANCELLED_BY[0] } = fields;
  return { refusal: oneOf('refusal', refusal, CANCELLED_BY), ...attributionOf(fields) };
}

/** @throws ApplicationFailure `RequestInvalid` */
export function decisionRequest(entered: unknown): DecisionRequest {
  const fields = fieldsOf(entered, ['decision', 'by', 'why', 'reference', ...MARK]);
  const decision: Decision = oneOf('decision', fields['decision'], DECISION_NAMES);
  return { decision, ...attributionOf(fields), ...markOf(fields) };
}

/** @throws ApplicationFailure `RequestInvalid` */
export function caseRequest(entered: unknown): CaseRequest {
  const fields = fieldsOf(entered, ['decision', 'by', 'why', 'how', ...MARK]);
  const decision: CaseDecision = oneOf('decision', fields['decision'], CASE_DECISION_NAMES);
  const { by, why } = attributionOf(fields);
  if (decision !== 'close') return { decision, by, why, ...markOf(fields) };
  return { ...inPersonsWords({ decision, by, why, how: textOf('how', fields['how']) }), ...markOf(fields) };
}

/** @throws ApplicationFailure `RequestInvalid` when a part of it is missing */
function markOf(fields: Readonly<Record<string, unknown>>): MarkedRequest {
  if (MARK.every((field) => fields[field] === undefined)) return {};
  return { requestId: textOf('requestId', fields['requestId']), runId: textOf('runId', fields['runId']) };
}

/** @throws ApplicationFailure `RequestInvalid` when it is no sequence of an event up to the last */
export function eventSequence(entered: unknown, last: number): number {
  if (typeof entered === 'number' && Number.isInteger(entered) && entered >= 0 && entered <= last)
    return entered;
  throw invalid(`there is no event ${inWords(entered)} yet; the last is ${last}`);
}

/**
 * The fields of what was entered as JSON.
 * @param known the known fields; any other is rejected, not ignored
 * @throws ApplicationFailure `RequestInvalid`
 */
function fieldsOf(entered: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  const example = '{"by":"…","why":"…"}';
  if (typeof entered !== 'object' || entered === null || Array.isArray(entered)) {
    throw invalid(`the input must be a JSON object such as ${example}; it is ${inWords(entered)}`);
  }
  const unknown = Object.keys(entered).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw invalid(`there is no field ${inWords(unknown)}; there are: ${known.join(', ')}`);
  return { ...entered };
}

/** @throws ApplicationFailure `RequestInvalid` when who or why is missing */
function attributionOf(fields: Readonly<Record<string, unknown>>): Attribution {
  const { reference } = fields;
  return inPersonsWords({
    by: textOf('by', fields['by']),
    why: textOf('why', fields['why']),
    ...(reference === undefined || reference === null ? {} : { reference: textOf('reference', reference) }),
  });
}

/** @throws ApplicationFailure `RequestInvalid` */
function textOf(field: string, value: unknown): string {
  if (typeof value !== 'string' || isBlank(value)) throw invalid(`"${field}" must be given`);
  if (value.length > MAX_TEXT_LENGTH)
    throw invalid(`"${field}" must be no longer than ${MAX_TEXT_LENGTH} characters`);
  return value;
}

/** @throws ApplicationFailure `RequestInvalid` */
function oneOf<T extends string>(field: string, value: unknown, names: readonly T[]): T {
  const found = names.find((name) => name === value);
  if (found === undefined)
    throw invalid(`"${field}" must be one of ${names.join(', ')}; it is ${inWords(value)}`);
  return found;
}

function invalid(because: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(because, UPDATE_REFUSALS.requestInvalid);
}

/** What a person mistypes is a word; all else may be stored text that somebody without a key sends here to have it read to them. */
const MISTYPED = /^[\w.-]{1,20}$/;

/** Without a subscriber's number, and without what was not typed: an error is not encrypted. */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (
    typeof value === 'string' &&
    !MISTYPED.test(value) &&
    value !== CLEAR_TEXT_REFUSED &&
    value !== UNREADABLE_REFUSED
  )
    return `a text of ${value.length} characters`;
  return withoutNumbers(JSON.stringify(value) ?? 'missing').replaceAll(/\d{6,}/g, '…');
}
