import type { Payload } from '@temporalio/common';
import { parsedJson } from '../runtime/json-file';

/**
 * The fields of what people type into an update or a signal. What is encrypted for them belongs to no workflow, so it could be
 * put anywhere: no order, batch, policy, state or result has these fields alone.
 */
const TYPED_FIELDS: ReadonlySet<string> = new Set([
  'act',
  'by',
  'decision',
  'how',
  'id',
  'msisdn',
  'owner',
  'reference',
  'refusal',
  'scope',
  'text',
  'until',
  'why',
]);
const SCOPE_FIELDS: ReadonlySet<string> = new Set(['kind', 'channel', 'package']);

/** Whether a payload may be encrypted as what a person typed: nothing, a text, or an object of the fields above. */
export function isTyped(payload: Payload): boolean {
  return isOfPerson(payload, (value) => typeof value === 'string');
}

/**
 * Whether what was encrypted for a person may have been typed. It is read more widely than it is encrypted: also a number, and
 * a field without a text, which histories from before the rule may have.
 */
export function mayBeTyped(payload: Payload): boolean {
  return isOfPerson(payload, (value) => typeof value !== 'object' || value === null);
}

function isOfPerson({ metadata, data }: Payload, isPlain: (value: unknown) => boolean): boolean {
  const encoding = Buffer.from(metadata?.['encoding'] ?? []).toString();
  if (encoding === 'binary/null') return true;
  if (encoding !== 'json/plain') return false;
  const value = parsedJson(Buffer.from(data ?? []).toString('utf8'));
  if (value === undefined) return false;
  if (value === null || isPlain(value)) return true;
  return isOf(value, TYPED_FIELDS, (given, field) => {
    return isPlain(given) || (field === 'scope' && isOf(given, SCOPE_FIELDS, isPlain));
  });
}

function isOf(
  value: unknown,
  known: ReadonlySet<string>,
  isTaken: (given: unknown, field: string) => boolean,
): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([field, given]) => known.has(field) && isTaken(given, field));
}
