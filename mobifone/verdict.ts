import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import { retryAfterMs } from '../domain/retry-after';
import type { z } from 'zod';
import { inquiryReplySchema, type GatewayCall, type GatewayCommands, type Reply } from './contract';
import { parseJson } from './json-text';
import { REPLY_SCHEMAS, RESULT_CODES, type CodeMeaning } from './dialect';

/** An HTTP answer as it arrived; nothing of it is believed yet. */
export interface RawAnswer {
  status: number;
  retryAfter?: string;
  body: string;
}

type Trouble = Extract<GatewayVerdict, { kind: 'retry_later' | 'unknown' | 'broken_contract' }>;
type Read<R> = { ok: true; reply: R } | { ok: false; trouble: Trouble };

/**
 * What an answer to a command means. A reply that does not echo the command's transaction, number and amount is a
 * broken contract, never a success; a result code that the table does not have is unknown, never failed.
 */
export function commandVerdict<C extends Exclude<GatewayCall, 'inquiry'>>(
  call: C,
  command: GatewayCommands[C],
  answer: RawAnswer,
): GatewayVerdict {
  const read = readReply(REPLY_SCHEMAS[call], command, answer);
  return read.ok ? meaningOf(read.reply.resultCode) : read.trouble;
}

/** What an answer to an inquiry tells of the transaction that was asked about. */
export function inquiryVerdict(command: GatewayCommands['inquiry'], answer: RawAnswer): InquiryVerdict {
  const read = readReply(inquiryReplySchema, command, answer);
  if (!read.ok) return read.trouble;
  const { reply } = read;
  const meaning = meaningOf(reply.resultCode);
  if (meaning.kind === 'refused') return broken(`the inquiry was refused with ${reply.resultCode}`);
  if (meaning.kind !== 'done') return meaning;
  switch (reply.transactionState) {
    case 'DONE':
      return { kind: 'done' };
    case 'ROLLED_BACK':
      return { kind: 'rolled_back' };
    case 'PROCESSING':
      return { kind: 'processing' };
    case 'NOT_FOUND':
      return { kind: 'never_received' };
    case 'REFUSED': {
      const refusal = meaningOf(reply.transactionResultCode ?? '');
      return refusal.kind === 'refused'
        ? refusal
        : broken('the inquiry tells of a refusal without its reason');
    }
    case undefined:
      return broken('the inquiry’s reply has no transaction state');
  }
}

function readReply<S extends z.ZodType<Reply>>(
  schema: S,
  command: { transactionId: string; msisdn: string; amount?: number },
  answer: RawAnswer,
): Read<z.output<S>> {
  const unavailable = troubleOfStatus(answer);
  if (unavailable) return { ok: false, trouble: unavailable };
  const parsed = parseJson(answer.body);
  if (parsed === undefined)
    return { ok: false, trouble: broken(`HTTP ${answer.status} whose body is not JSON`) };
  const result = schema.safeParse(parsed);
  if (!result.success) {
    const fields = result.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
    return { ok: false, trouble: broken(`HTTP ${answer.status} whose reply has faults in ${fields}`) };
  }
  const stranger = echoFault(result.data, command);
  return stranger ? { ok: false, trouble: broken(stranger) } : { ok: true, reply: result.data };
}

/** What the status alone decides. Below 500 a body of the contract decides, whatever the status. */
function troubleOfStatus({ status, retryAfter }: RawAnswer): Trouble | undefined {
  if (status === 429) {
    const pause = retryAfterMs(retryAfter, new Date());
    const detail = 'HTTP 429: too many requests';
    return { kind: 'retry_later', detail, ...(pause === undefined ? {} : { retryAfterMs: pause }) };
  }
  if (status === 401) return { kind: 'retry_later', detail: 'HTTP 401: the access token was refused twice' };
  if (status >= 500) return { kind: 'unknown', detail: `HTTP ${status}`, outage: true };
  if (status >= 300 && status < 400) return broken(`HTTP ${status}: redirects are not followed`);
  return undefined;
}

function echoFault(
  reply: { transactionId: string; msisdn: string; amount?: unknown },
  command: { transactionId: string; msisdn: string; amount?: number },
): string | undefined {
  if (reply.transactionId !== command.transactionId) return 'the reply is for another transaction';
  if (reply.msisdn !== command.msisdn) return 'the reply is for another number';
  if (reply.amount !== undefined && command.amount !== undefined && reply.amount !== command.amount) {
    return 'the reply is for another amount';
  }
  return undefined;
}

function meaningOf(resultCode: string): GatewayVerdict {
  const meaning: (CodeMeaning & { text: string }) | undefined = RESULT_CODES[resultCode];
  if (!meaning) return { kind: 'unknown', detail: `result code ${resultCode} is not in the contract` };
  const detail = `result code ${resultCode}: ${meaning.text}`;
  switch (meaning.kind) {
    case 'done':
      return { kind: 'done' };
    case 'refused':
      return { kind: 'refused', refusal: meaning.refusal };
    default:
      return { kind: meaning.kind, detail };
  }
}

function broken(detail: string): Extract<GatewayVerdict, { kind: 'broken_contract' }> {
  return { kind: 'broken_contract', detail };
}
