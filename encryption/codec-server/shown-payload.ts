import type { Payload } from '@temporalio/common';
import { withoutNumbers } from '../../domain/telephone-numbers';
import { parsedJson } from '../../runtime/json-file';

/** Members whose numbers are amounts, lengths of time or sizes; any other number of a subscriber's form is masked. */
const NO_SUBSCRIBER =
  /(?:amount|value|payable|discount|gross|stake|refund|refunded|ms|patience|watch|timeout|interval|limit|bytes)$/i;
/** A subscriber's number as a JSON number has it: without its 0, or with 84. */
const SUBSCRIBER_AS_NUMBER = /^(?:84)?[35789]\d{8}$/;
const JSON_ENCODING = 'json/plain';

/**
 * A decrypted payload as a page shows it: subscriber numbers masked, enough to recognise one. Nothing that a page shows is
 * written back, so no number is lost. What is neither JSON nor plain bytes could hide one anywhere, and is not shown.
 */
export function shownPayload({ metadata, data }: Payload): Payload {
  const encoding = Buffer.from(metadata?.['encoding'] ?? []).toString();
  if (!data || data.length === 0) return { metadata: shownMetadata(metadata), ...(data ? { data } : {}) };
  if (encoding.startsWith('json/'))
    return { metadata: shownMetadata(metadata), data: Buffer.from(shownJson(Buffer.from(data).toString())) };
  if (encoding === 'binary/plain') return { metadata: shownMetadata(metadata), data: shownBytes(data) };
  return sentence('(not shown here: data of another encoding than JSON; CODEC_SERVER_TOKEN shows it)');
}

/** A payload that says something to the reader in place of what was asked for. */
export function sentence(text: string): Payload {
  return { metadata: { encoding: Buffer.from(JSON_ENCODING) }, data: Buffer.from(JSON.stringify(text)) };
}

function shownMetadata(metadata: Payload['metadata']): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, shownBytes(bytes)]));
}

/** What is shown is written anew from what was read, so that nothing is behind escapes or said twice. */
function shownJson(text: string): string {
  const value = parsedJson(text);
  if (value === undefined) return JSON.stringify(withoutNumbers(text));
  try {
    return JSON.stringify(shown('', value));
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    return JSON.stringify('(not shown here: nested too deeply)');
  }
}

/** @param name of the member that the value is of, also through lists */
function shown(name: string, value: unknown): unknown {
  if (typeof value === 'string') return withoutNumbers(value);
  if (typeof value === 'number') return shownNumber(name, value);
  if (Array.isArray(value)) return value.map((item) => shown(name, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, given]) => [withoutNumbers(member), shown(member, given)]),
  );
}

function shownNumber(name: string, value: number): number | string {
  const digits = String(value);
  return SUBSCRIBER_AS_NUMBER.test(digits) && !NO_SUBSCRIBER.test(name) ? `****${digits.slice(-3)}` : value;
}

/** Text as text, and other bytes one by one: all but a number stays. */
function shownBytes(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  const encoding = Buffer.from(text).equals(buffer) ? 'utf8' : 'latin1';
  return Buffer.from(withoutNumbers(buffer.toString(encoding)), encoding);
}
