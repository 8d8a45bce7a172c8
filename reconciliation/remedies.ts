import { decisionsAt, type Decision } from '../domain/purchase/attention';
import { mayBeOpenedAgain, type ReconciledSubject } from '../domain/case/case';
import { caseId, purchaseId } from '../domain/identifiers';
import { localDay } from '../domain/local-time';
import type { Purchase } from '../domain/purchase/purchase';
import { movesMoney } from '../domain/reconciliation/settlement';
import type { PurchaseStep } from '../domain/purchase/steps';
import type { Break, SettlementRow } from './report';

/** What a break is put right by, or why it is not put right by a command. */
export type Remedy =
  /** The purchase is in *needs attention*, and MobiFone's file settles the step that is stuck. */
  | { kind: 'decide'; decision: Decision; because: string }
  /** The purchase is over and wrong: a person works the case. */
  | { kind: 'open_case'; subject: ReconciledSubject; because: string }
  | { kind: 'none'; because: string };

/** What is known beside the break itself. */
export interface RemedyFacts {
  /** The day that was reconciled. */
  day: string;
  /** Whether every line of every file could be used. */
  complete: boolean;
  /** SHA-256 of the day's file. */
  settlementFile: string;
  nextDayKnown: boolean;
  /** Whether it is the purchase's only break; two that are open at once are for a person to weigh. */
  alone: boolean;
  /** The purchase as its worker tells it now; asked for purchases that are open. */
  purchase?: Purchase | undefined;
}

/** Every remedy that the two sides' evidence implies without doubt; one that says why when there is none. Pure. */
export function remediesOf(row: Break, facts: RemedyFacts): Remedy[] {
  if (row.nature === 'timing') return [];
  if (row.kind === 'open_here') return [ofOpenPurchase(row, facts)];
  if (row.kind === 'carried_over_lost')
    return [none('the purchase is past Temporal’s retention: run again with --archive')];
  if (!row.ours) return [none('no matching purchase here: ask MobiFone')];
  const subjects = subjectsOf(row);
  if (subjects.length === 0)
    return [none(NO_CASE[row.kind] ?? 'MobiFone’s lines do not show which transaction to reverse')];
  if (row.ours.closedAt === null)
    return [none('the purchase is still running: reconcile the day again when it has ended')];
  if (!facts.complete)
    return [none('an unusable line of the files could settle it: ask MobiFone for a file that can be read')];
  return subjects.map((subject) => caseAbout(row, subject, facts));
}

/**
 * A case that was closed is opened again when another file shows the same break: the same file was decided about. One that was
 * ended from outside is opened again at once.
 */
function caseAbout(row: Break, subject: ReconciledSubject, { settlementFile }: RemedyFacts): Remedy {
  const because = `${row.kind}: ${row.detail}`;
  const id = caseId(purchaseId(row.purchaseId), subject);
  const known = row.cases.find((link) => link.id === id);
  if (!known) return { kind: 'open_case', subject, because };
  if (known.cutOff)
    return {
      kind: 'open_case',
      subject,
      because: `${because}; ${id} was ended from outside while ${known.state}`,
    };
  if (!mayBeOpenedAgain(known.state) || known.settlementFile === undefined)
    return none(`${id} is ${known.state}`);
  if (known.settlementFile === settlementFile) return none(`${id} is ${known.state}, about the same file`);
  return { kind: 'open_case', subject, because: `${because}; ${id} was ${known.state} before` };
}

function none(because: string): Remedy {
  return { kind: 'none', because };
}

/** Breaks that no case settles, and who does. */
const NO_CASE: Partial<Record<Break['kind'], string>> = {
  registered_never_charged: 'sold here and registered at MobiFone: ask MobiFone for the missing charge line',
  other_day_unproven: 'run again with the files of the days in between: it may be timing or a second charge',
  charged_not_registered: 'find out first whether the subscriber has the package',
  second_registration_unknown: 'ask MobiFone where the second registration came from',
  second_registration_unproven: 'no case could be looked for: run again with Temporal',
  given_back_wrongly: 'ask MobiFone which charge it gives back',
  reference_shared: 'find out first which of the purchases the transaction is',
  withdrawal_without_effect: 'ask MobiFone which line it withdraws',
  duplicate_in_file: 'the subscriber was charged once: a correction file of MobiFone settles it',
  amount_differs: 'agree on the price with MobiFone; the purchase itself is correct',
  discount_differs: 'agree on the discount with MobiFone; the purchase itself is correct',
  package_differs: 'find out first which package the subscriber has',
  payment_form_differs: 'compare the payment forms with the contract; the amounts agree',
  number_differs: 'find out first which subscriber was charged',
};

function subjectsOf(row: Break): ReconciledSubject[] {
  const sold = row.ours?.state === 'succeeded';
  switch (row.kind) {
    case 'missing_there':
      return [{ kind: 'make_good' }];
    case 'state_differs':
      return sold ? [{ kind: 'make_good' }] : reversals(row, movesMoney);
    case 'refund_noticed_yet_charged':
    case 'duplicate_charge':
      return reversals(row, movesMoney);
    case 'registered_never_charged':
      return sold ? [] : reversals(row, ({ kind }) => kind === 'registration');
    default:
      return [];
  }
}

/** One for each of MobiFone's lines that stands and is to go. */
function reversals(row: Break, isMeant: (line: SettlementRow) => boolean): ReconciledSubject[] {
  const meant = linesDone(row).filter((line) => row.references.includes(line.reference) && isMeant(line));
  return meant.map(({ reference }) => ({ kind: 'reversal', reference }));
}

function ofOpenPurchase(row: Break, facts: RemedyFacts): Remedy {
  const { ours } = row;
  const { purchase } = facts;
  if (!ours?.needsAttention) return none('the purchase is still running and needs no decision');
  if (ours.closedAt !== null) {
    return none(
      'its workflow was ended from outside: compare its history with MobiFone, then settle it by hand',
    );
  }
  if (!purchase?.attention)
    return none('no worker answers for the purchase, or it no longer needs attention');
  if (!facts.alone) return none('the purchase has another break as well: a person must decide');
  const running = (step: PurchaseStep) =>
    purchase.steps.some((record) => record.step === step && record.status === 'running');
  if (running('charge')) return ofCharge(row, facts, purchase);
  if (running('rollback')) return ofRollback(row);
  if (running('register')) return ofRegistration(row);
  return none(`the settlement file says nothing about the ${purchase.attention.step}`);
}

/** Postpaid: the charge is unknown here. */
function ofCharge(row: Break, facts: RemedyFacts, purchase: Purchase): Remedy {
  const lines = linesDone(row);
  const payments = lines.filter(movesMoney);
  const [payment] = payments;
  if (row.theirs.some((line) => line.state !== 'done' && movesMoney(line)) || lines.some(isRollback)) {
    return none('MobiFone charged and then undid the charge: ask MobiFone why');
  }
  if (payment) {
    if (payments.length > 1) return none('MobiFone charged more than once');
    if (payment.amount !== row.ours?.faceValue) return none('MobiFone charged another amount');
    if (payment.package !== row.ours.package || payment.msisdn !== row.msisdn) {
      return none('MobiFone charged for another package or subscriber'); // a neighbouring day's line is not compared before
    }
    return decide('charge', 'charge_was_done', `${told(payment)} shows the charge, and no line undoes it`);
  }
  if (!facts.complete) return none('an unusable line of the file could be its charge');
  const began = purchase.steps.find(({ step }) => step === 'charge')?.startedAt;
  if (!facts.nextDayKnown || began === undefined || localDay(new Date(began)) !== facts.day) {
    return none('the charge may be in another day’s file: reconcile the day of the charge, with --next-day');
  }
  return decide(
    'charge',
    'charge_was_not_done',
    'neither the file of its day nor the next day’s has its charge',
  );
}

function ofRollback(row: Break): Remedy {
  const lines = linesDone(row);
  if (lines.some((line) => movesMoney(line) || line.kind === 'registration')) {
    return none('MobiFone still has the registration or its charge: the rollback goes on');
  }
  const proof =
    lines.find(isRollback) ??
    row.theirs.find(({ kind, state }) => kind === 'registration' && state === 'reversed');
  if (!proof) return none('the file does not show that the registration was undone');
  return decide(
    'rollback',
    'rollback_done_by_hand',
    `${told(proof)} undoes the registration, and no other line of it is in effect`,
  );
}

/** Nothing is decided about a registration: the workflow asks MobiFone, which has it. */
function ofRegistration(row: Break): Remedy {
  const line = linesDone(row).find(({ kind }) => kind === 'registration');
  if (!line)
    return none('the file has no registration: the purchase keeps trying unless a person gives it up');
  return decide('register', 'retry_now', `${told(line)} shows the registration, so an inquiry will find it`);
}

function decide(step: PurchaseStep, decision: Decision, because: string): Remedy {
  if (!decisionsAt(step).includes(decision)) return none(`${decision} is not open at the ${step}`);
  return { kind: 'decide', decision, because };
}

/** MobiFone's lines that stand, each transaction once. */
function linesDone({ theirs }: Break): SettlementRow[] {
  const done = theirs.filter(({ state }) => state === 'done');
  return done.filter(({ reference }, at) => done.findIndex((line) => line.reference === reference) === at);
}

function isRollback({ kind }: SettlementRow): boolean {
  return kind === 'rollback';
}

function told({ reference, kind, amount, at }: SettlementRow): string {
  return `MobiFone’s line ${reference} (${kind}, ${amount} VND, ${at})`;
}
