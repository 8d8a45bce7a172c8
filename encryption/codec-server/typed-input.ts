import type { Payload } from '@temporalio/common';
import { parsedJson } from '../../runtime/json-file';

/**
 * The fields of what people type into an update or a signal. What is encrypted here belongs to no workflow, so a worker takes
 * it wherever a person's words are due, and cannot tell them from an input: no order, batch or state has these fields alone.
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

/** Whether a payload may be what a person typed: nothing, a text, or an object of the fields above. */
export function isTyped({ metadata, data }: Payload): boolean {
  const encoding = Buffer.from(metadata?.['encoding'] ?? []).toString();
  if (encoding === 'binary/null') return true;
  if (encoding !== 'json/plain') return false;
  const value = parsedJson(Buffer.from(data ?? []).toString('utf8'));
  if (value === null || typeof value === 'string') return true;
  return isOf(value, TYPED_FIELDS, (field) => field === 'scope');
}

function isOf(value: unknown, known: ReadonlySet<string>, mayBeScope: (field: string) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([field, given]) => {
    if (!known.has(field)) return false;
    return typeof given === 'string' || (mayBeScope(field) && isOf(given, SCOPE_FIELDS, () => false));
  });
}
