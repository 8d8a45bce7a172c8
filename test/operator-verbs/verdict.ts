import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { Evidence } from './evidence';
import { isUndone, type LedgerLine } from './forgetful-gateway';
import type { Scene } from './scenes';
import type { Verb } from './verb';

/** What happened to a purchase, and what was wrong with it: none, we trust. */
export interface Verdict {
  /** `I14: charge was sent again before its first answer was final`. */
  broken: readonly string[];
  /** In words for the page. */
  words: string;
}

/** The invariants that can be seen here; each says how it is broken. */
export function judge(scene: Scene, verb: Verb, evidence: Evidence): Verdict {
  // Without P1 a message whose record was lost may come twice: see docs/gateway-promises.md.
  const recorded = evidence.ledger.filter(({ call }) => call !== 'sms' || !evidence.lostRecord);
  const broken = [
    ...executedOnce(recorded),
    ...sentBlindly(recorded).map((what) => `I14: ${what} was sent again before its answer was final`),
    ...evidence.failedTasks.map((message) => `I17: a workflow task failed: ${message}`),
    ...evidence.complaints.map((complaint) => `I17: ${complaint}`),
    ...evidence.restless.map((what) => `I4: ${what}`),
    ...(wasEnded(verb, evidence) ? afterTheEnd(verb, evidence) : atItsOutcome(scene, evidence)),
  ];
  return { broken, words: inWords(verb, evidence) };
}

/** A batch may come when the purchase has long had its outcome. */
function wasEnded({ ends }: Verb, { purchase }: Evidence): boolean {
  if (ends === undefined) return false;
  return ends === 'deleted' || !purchase?.outcome || purchase.attention?.reason === 'workflow_closed';
}

/** I1 for what takes money or sells, I6 for messages: no command is executed twice. */
function executedOnce(ledger: readonly LedgerLine[]): string[] {
  const invariants = { register: 'I1', charge: 'I1', sms: 'I6' } as const;
  const executed = ledger.flatMap(
    ({ call, transaction, executed: took }) =>
      took && call in invariants ? [{ call: call as keyof typeof invariants, transaction }] : [], // just looked up
  );
  return [...new Set(executed.map(({ transaction }) => transaction))].flatMap((transaction) => {
    const [first, ...more] = executed.filter((one) => one.transaction === transaction);
    if (!first || more.length === 0) return [];
    return [`${invariants[first.call]}: ${transaction} was executed ${more.length + 1} times`];
  });
}

/** I14: a command may be sent again when MobiFone said for good that it did not execute it. A check has no effect. */
function sentBlindly(ledger: readonly LedgerLine[]): string[] {
  return ledger.flatMap((line, at) => {
    if (line.call === 'inquiry' || line.call === 'check') return [];
    const before = ledger.slice(0, at).filter(({ transaction }) => transaction === line.transaction);
    const sent = before.findLast(({ call }) => call !== 'inquiry');
    if (!sent || sent.answered === 'refused') return [];
    const asked = before.slice(before.indexOf(sent)).some(({ answered }) => answered === 'never_received');
    return asked && !sent.executed ? [] : [line.transaction];
  });
}

/** I2, I3, I5, I6 of a purchase that has an outcome. */
function atItsOutcome({ form }: Scene, { purchase, ledger, notices }: Evidence): string[] {
  const outcome = purchase?.outcome ?? null;
  if (!outcome) return [`I4: it has no outcome, its state is ${purchase?.state ?? 'unknown'}`];
  const succeeded = outcome === 'succeeded';
  const registered = stands(ledger, 'register');
  const paid = form === 'postpaid' ? stands(ledger, 'charge') : registered;
  const noticeIds = new Set(notices).size;
  return [
    ...(paid === succeeded ? [] : [`I2: ${paid ? 'paid' : 'not paid'}, and its outcome is ${outcome}`]),
    ...(registered === succeeded
      ? []
      : [`I3: ${registered ? 'registered' : 'not registered'}, and its outcome is ${outcome}`]),
    ...(noticeIds === (succeeded ? 0 : 1) ? [] : [`I5: ${noticeIds} refund notices for ${outcome}`]),
    ...(succeeded || purchase?.reason ? [] : [`I5: ${outcome} without a reason`]),
    ...missingMessages(outcome, ledger).map((message) => `I6: ${message} was not sent`),
    ...(purchase?.attention ? [`I4: it still needs attention: ${purchase.attention.reason}`] : []),
  ];
}

function missingMessages(outcome: PurchaseOutcome, ledger: readonly LedgerLine[]): string[] {
  const due = { succeeded: ['sms-transaction', 'sms-success'], rejected: ['sms-rejection'] } as const;
  const wanted = outcome === 'succeeded' || outcome === 'rejected' ? due[outcome] : [];
  return wanted.filter((message) => !ledger.some((line) => line.transaction === message && line.executed));
}

/** A purchase that an operator ended from outside: nothing more is sent, and what is left of it asks for a person. */
function afterTheEnd(verb: Verb, { purchase, ledger, linesWhenDone }: Evidence): string[] {
  const sent = ledger.slice(linesWhenDone).filter(({ call }) => call !== 'inquiry');
  return [
    ...sent.map(({ transaction }) => `I13: ${transaction} was sent after the end`),
    ...(verb.ends === 'closed' && !purchase?.attention ? ['I16: it asks for nobody'] : []),
    ...(verb.ends === 'deleted' && purchase ? ['I16: what was deleted is still there'] : []),
  ];
}

function stands(ledger: readonly LedgerLine[], call: 'register' | 'charge'): boolean {
  return ledger.some((line) => line.call === call && line.executed && !isUndone(line, ledger));
}

function inWords(verb: Verb, { purchase, ledger, linesBefore, notices }: Evidence): string {
  if (verb.ends === 'deleted') return 'deleted from Temporal; nothing more is sent';
  if (verb.ends === 'closed') return 'closed and in need of attention; nothing more is sent';
  const after = ledger.slice(linesBefore);
  const asked = after.some(({ call }) => call === 'inquiry') ? 'inquiry first, then ' : '';
  const refunded = new Set(notices).size === 1 ? ', one refund notice' : '';
  return `${asked}${OUTCOMES[purchase?.outcome ?? 'none']}${refunded}`;
}

const OUTCOMES: Record<PurchaseOutcome | 'none', string> = {
  none: 'no outcome',
  succeeded: 'sold once',
  rejected: 'rejected',
  rolled_back: 'rolled back',
  cancelled: 'cancelled',
  given_up: 'given up',
};
