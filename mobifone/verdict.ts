import type { GatewayVerdict, InquiryVerdict, Unsettled } from '../domain/gateway-verdict';
import { retryAfterMs } from '../domain/retry-after';
import { withoutNumbers } from '../domain/telephone-numbers';
import type { z } from 'zod';
import {
  inquiryReplySchema,
  REPLY_SCHEMAS,
  resultCodeIfAny,
  type GatewayCall,
  type GatewayCommands,
  type GatewayVerdicts,
  type Reply,
  type ReplyFields,
} from './contract';
import type { Dialect } from './dialect';
import type { HttpAnswer, WireReply } from './wire';

type Read<R> = { ok: true; reply: R } | { ok: false; trouble: Unsettled };
type Command = { transactionId: string; msisdn: string; amount?: number; packageCode?: string };
type Reader<C extends GatewayCall> = (
  dialect: Dialect,
  command: GatewayCommands[C],
  answer: HttpAnswer,
) => GatewayVerdicts[C];

const READERS: { readonly [C in GatewayCall]: Reader<C> } = {
  check: commandReader('check'),
  register: commandReader('register'),
  charge: commandReader('charge'),
  rollback: commandReader('rollback'),
  sms: commandReader('sms'),
  inquiry: inquiryVerdict,
};

/** What the reply to a call, or the lack of one, means. */
export function verdictOf<C extends GatewayCall>(
  dialect: Dialect,
  call: C,
  command: GatewayCommands[C],
  reply: WireReply,
): GatewayVerdicts[C] {
  return reply.kind === 'answer' ? READERS[call](dialect, command, reply) : withoutAnswer(reply);
}

function withoutAnswer(reply: Exclude<WireReply, HttpAnswer>): Unsettled {
  const { detail } = reply;
  const outage = reply.outage ? ({ outage: true } as const) : {};
  if (reply.kind === 'no_reply') return { kind: 'unknown', detail, ...outage };
  const { retryAfterMs } = reply;
  return { kind: 'retry_later', detail, ...outage, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * Reads the answers to a command. A reply that does not echo the command's transaction, number and amount, or names
 * another package, is a broken contract, never a success; a result code that the dialect does not have, or that another
 * field of the reply contradicts, is unknown, never done or failed.
 */
function commandReader<C extends Exclude<GatewayCall, 'inquiry'>>(call: C): Reader<C> {
  return (dialect, command, answer) => {
    const read = readReply(REPLY_SCHEMAS[call], () => dialect.decode(call, answer.body), command, answer);
    if (!read.ok) return read.trouble;
    const meaning = meaningOf(dialect, read.reply.resultCode);
    if (meaning.kind === 'done' && !isSuccess(answer.status)) return contradictedByStatus(answer);
    // No money moves by a check, and nothing settles one that is in doubt.
    const contradicting = call === 'check' ? undefined : contradictionIn(dialect, meaning, read.reply);
    if (contradicting === undefined) return meaning;
    return {
      kind: 'unknown',
      detail: `the reply says ${meaning.kind}, and in its ${contradicting} something else`,
    };
  };
}

/** What a reply may call the state of its transaction beside a result that is settled. */
const AGREEING_STATES: Partial<Record<GatewayVerdict['kind'], readonly unknown[]>> = {
  done: ['DONE'],
  refused: ['REFUSED', 'ROLLED_BACK', 'NOT_FOUND'],
  retry_later: ['REFUSED', 'ROLLED_BACK', 'NOT_FOUND'],
};

/** The field of a reply that says otherwise than its result, if any. */
function contradictionIn(dialect: Dialect, meaning: GatewayVerdict, reply: Reply): keyof Reply | undefined {
  const states = AGREEING_STATES[meaning.kind];
  if (!states) return undefined; // it is asked about anyway
  const { transactionState, transactionResultCode } = reply;
  if (transactionState !== undefined && transactionState !== null && !states.includes(transactionState))
    return 'transactionState';
  const code = resultCodeIfAny.safeParse(transactionResultCode);
  if (code.success && (code.data === undefined || code.data === null)) return undefined;
  const own = code.success && code.data ? meaningOf(dialect, code.data) : undefined;
  const isSame =
    own?.kind === meaning.kind &&
    (own.kind !== 'refused' || meaning.kind !== 'refused' || own.refusal === meaning.refusal);
  return isSame ? undefined : 'transactionResultCode';
}

/** The state of the transaction that the inquiry was about. */
function inquiryVerdict(
  dialect: Dialect,
  command: GatewayCommands['inquiry'],
  answer: HttpAnswer,
): InquiryVerdict {
  const read = readReply(inquiryReplySchema, () => dialect.decode('inquiry', answer.body), command, answer);
  if (!read.ok) return read.trouble;
  const { reply } = read;
  const meaning = meaningOf(dialect, reply.resultCode);
  if (meaning.kind === 'refused')
    return broken(`the inquiry was refused with ${withoutNumbers(reply.resultCode)}`);
  if (meaning.kind !== 'done') return meaning;
  if (!isSuccess(answer.status)) return contradictedByStatus(answer);
  const { transactionState, transactionResultCode } = reply;
  const itsMeaning = transactionResultCode ? meaningOf(dialect, transactionResultCode).kind : undefined;
  switch (transactionState) {
    case 'DONE':
      // The code of a first reply in doubt may be kept beside the state that came of it.
      if (itsMeaning === 'refused' || itsMeaning === 'retry_later')
        return broken('the inquiry says done, and in its transactionResultCode something else');
      return {
        kind: 'done',
        ...(typeof reply.amount === 'number' ? { amount: reply.amount } : {}),
        ...(typeof reply.packageCode === 'string' ? { packageCode: reply.packageCode } : {}),
      };
    case 'ROLLED_BACK':
      return { kind: 'rolled_back' };
    case 'PROCESSING':
      return { kind: 'processing' };
    case 'NOT_FOUND':
      if (itsMeaning === 'done')
        return broken('the inquiry says not found, and in its transactionResultCode done');
      return { kind: 'never_received' };
    case 'REFUSED': {
      const refusal = meaningOf(dialect, transactionResultCode ?? '');
      return refusal.kind === 'refused'
        ? refusal
        : broken('the inquiry tells of a refusal without its reason');
    }
    default:
      return broken('the inquiry’s reply has no transaction state');
  }
}

function readReply<S extends z.ZodType<Reply>>(
  schema: S,
  decode: () => ReplyFields | undefined,
  command: Command,
  answer: HttpAnswer,
): Read<z.output<S>> {
  const unavailable = troubleOfStatus(answer);
  if (unavailable) return { ok: false, trouble: unavailable };
  const fields = decodeSafely(decode);
  if (!fields || isPage(answer.status, fields)) return { ok: false, trouble: unanswered(answer) };
  const result = schema.safeParse(fields);
  if (!result.success) {
    const faulty = [...new Set(result.error.issues.map((issue) => issue.path.join('.')))].join(', ');
    return { ok: false, trouble: broken(`HTTP ${answer.status} whose reply has faults in ${faulty}`) };
  }
  const fault = echoFault(result.data, command);
  return fault ? { ok: false, trouble: fault } : { ok: true, reply: result.data };
}

/** What the status alone decides. Below 500 a reply of the contract decides, which is done only with a status of success. */
function troubleOfStatus(answer: HttpAnswer): Unsettled | undefined {
  const { status } = answer;
  if (status === 429) {
    return { kind: 'retry_later', detail: 'HTTP 429: too many requests', ...askedPause(answer) };
  }
  if (status === 401) {
    const detail = 'HTTP 401: our credentials were refused';
    if (answer.isTokenRenewed) return { kind: 'retry_later', detail, credentials: 'renewed' }; // that is no outage
    return { kind: 'retry_later', detail, outage: true };
  }
  return status >= 500 ? unanswered(answer) : undefined;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function contradictedByStatus({ status }: HttpAnswer): Unsettled {
  return { kind: 'unknown', detail: `the reply says done, and its HTTP status ${status} something else` };
}

/** A body that a dialect throws on is not of that dialect: every answer must become a verdict. */
function decodeSafely(decode: () => ReplyFields | undefined): ReplyFields | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** An error answer of a proxy may be in the dialect's format, but it has no result code. */
function isPage(status: number, { resultCode }: ReplyFields): boolean {
  return status >= 300 && (resultCode === undefined || resultCode === null);
}

/** The answer of a proxy or a load balancer, not of MobiFone: the command may still have been executed. */
function unanswered(answer: HttpAnswer): Unsettled {
  const { status } = answer;
  const detail = status >= 500 ? `HTTP ${status}` : `HTTP ${status} without a reply of the contract`;
  return { kind: 'unknown', detail, outage: true, ...askedPause(answer) };
}

function askedPause({ retryAfter }: HttpAnswer): { retryAfterMs?: number } {
  const pause = retryAfterMs(retryAfter, new Date());
  return pause === undefined ? {} : { retryAfterMs: pause };
}

function echoFault(
  reply: Pick<Reply, 'transactionId' | 'msisdn' | 'packageCode'> & { amount?: unknown },
  command: Command,
): Unsettled | undefined {
  if (reply.transactionId !== command.transactionId) return broken('the reply is for another transaction');
  if (reply.msisdn !== command.msisdn) return broken('the reply is for another number');
  const { amount, packageCode } = reply;
  const isPriced = amount !== undefined && command.amount !== undefined;
  const otherAmount = isPriced && amount !== command.amount;
  const isNamed = packageCode !== undefined && packageCode !== null && command.packageCode !== undefined;
  const otherPackage = isNamed && packageCode !== command.packageCode;
  if (otherAmount && otherPackage) {
    return {
      ...broken('the reply is for another amount and another package'),
      disputed: 'amount_and_package',
    };
  }
  if (otherAmount) return { ...broken('the reply is for another amount'), disputed: 'amount' };
  if (otherPackage) return { ...broken('the reply is for another package'), disputed: 'package' };
  return undefined;
}

function meaningOf(dialect: Dialect, resultCode: string): GatewayVerdict {
  const meaning = dialect.resultCodes.get(resultCode);
  if (!meaning)
    return { kind: 'unknown', detail: `result code ${withoutNumbers(resultCode)} is not in the contract` };
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

function broken(detail: string): Extract<Unsettled, { kind: 'broken_contract' }> {
  return { kind: 'broken_contract', detail };
}
