import { maskMsisdn, type Msisdn } from '../../domain/msisdn';
import type { ReplyFields } from '../../mobifone/contract';
import type { WireReply } from '../../mobifone/wire';

/** A request and its answer, as they may be kept: no number in clear, no token, no text of a message. */
export interface Exchange {
  /** The probe that made it. */
  probe: string;
  /** When it began (ISO 8601), and how long it took, milliseconds. */
  at: string;
  tookMs: number;
  request: Readonly<Record<string, string | number>>;
  answer: Readonly<Record<string, string | number | boolean>>;
}

/** The fields of a command that tell it from others. */
const REQUEST_FIELDS = ['transactionId', 'registrationId', 'packageCode', 'paymentForm', 'amount'] as const;
/** The fields of a reply that a record keeps; no other, since a gateway may tell personal data there. */
const REPLY_FIELDS = [
  'resultCode',
  'transactionState',
  'transactionResultCode',
  'amount',
  'packageCode',
] as const;

export function requestForRecord(call: string, command: { msisdn: Msisdn }): Exchange['request'] {
  const fields = picked({ ...command }, REQUEST_FIELDS);
  return { call, ...fields, msisdn: maskMsisdn(command.msisdn) };
}

/** @param fields what the dialect reads in the answer's body */
export function answerForRecord(reply: WireReply, fields: ReplyFields | undefined): Exchange['answer'] {
  if (reply.kind !== 'answer') return { kind: reply.kind, detail: reply.detail };
  const { status, retryAfter } = reply;
  const inDialect = fields ? picked({ ...fields }, REPLY_FIELDS) : { readable: false };
  return { status, ...(retryAfter === undefined ? {} : { retryAfter }), ...inDialect };
}

/** Hides the numbers wherever they stand in a text, however they are spelled, in case a gateway echoes them. */
export function withoutNumbers(text: string, numbers: Iterable<Msisdn>): string {
  let masked = text;
  for (const number of numbers) {
    const national = number.slice(2);
    masked = masked.replaceAll(number, maskMsisdn(number));
    masked = masked.replaceAll(national, `${national.slice(0, 2)}****${national.slice(-3)}`);
  }
  return masked;
}

function picked(
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, string | number> {
  const told = names.map((name) => [name, given[name]] as const);
  return Object.fromEntries(
    told.filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
}
