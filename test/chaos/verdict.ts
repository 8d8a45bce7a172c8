import ms from 'ms';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { LedgerEntry } from '../../sandbox/ledger-entries';
import type { GatewayProfile } from '../../sandbox/profile';
import { TEST_NUMBERS } from '../../sandbox/test-numbers';
import type { EmbeddedStack } from '../support/embedded-stack';
import { judgeWithExcuses, type Circumstances } from '../support/judge-with-excuses';
import { askUntilAnswered } from './channel-client';
import type { Submitted } from './customers';
import { CHAOS_SETTINGS } from './settings';

/** What is wrong, in words that begin with the invariant where it has a number. */
export interface Verdict {
  outcomes: Record<string, number>;
  /** What cannot be held at a gateway of this profile, by the excuse: see docs/gateway-promises.md. */
  excused: Record<string, number>;
  wrong: string[];
}

const EXPECTED = new Map(TEST_NUMBERS.map(({ number, outcome }) => [number, outcome]));

/**
 * Judges every order of a run that is over from the sandbox's ledger and the API's answers.
 * @param clockWasStepped a channel refuses the signature of a clock that is minutes off: then it gets the notice again
 */
export async function judgeRun(
  stack: EmbeddedStack,
  submitted: readonly Submitted[],
  clockWasStepped = false,
): Promise<Verdict> {
  const { profile } = await stack.sandbox<{ profile: GatewayProfile }>('profile');
  const circumstances = { profile, settlesWithinMs: ms(CHAOS_SETTINGS.MOBIFONE_FINAL_AFTER) };
  const outcomes: Record<string, number> = {};
  const excused: Record<string, number> = {};
  const wrong: string[] = [];
  const known = new Set<string>();
  for (const order of submitted) {
    const told = await lookUp(stack, order);
    const word = told ? String(told.outcome) : 'never accepted';
    outcomes[word] = (outcomes[word] ?? 0) + 1;
    if (told) {
      known.add(told.id);
      const verdict = await judgeOrder(stack, order, told, circumstances);
      wrong.push(...verdict.wrong);
      for (const excuse of verdict.excuses) excused[excuse] = (excused[excuse] ?? 0) + 1;
    } else if (order.answeredIds.length > 0) {
      wrong.push(`I7 ${order.externalId}: it was answered 2xx, and nobody knows it any more`);
    }
  }
  wrong.push(...(await strangers(stack, known)), ...(await unsigned(stack, clockWasStepped)));
  return { outcomes, excused, wrong };
}

/** What the API says of an order when everything is over. */
interface Told {
  id: string;
  outcome: PurchaseOutcome | null;
  needsAttention: boolean;
}

async function lookUp(stack: EmbeddedStack, { externalId, planned }: Submitted): Promise<Told | undefined> {
  const resource = `/v1/purchases/${externalId}`;
  const { paymentForm } = planned;
  const { status, body } = await askUntilAnswered(stack, { paymentForm, method: 'GET', resource });
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`${resource} was answered ${status} ${JSON.stringify(body)}`);
  return {
    id: String(body['id']),
    outcome: body['outcome'] as PurchaseOutcome | null, // as the OpenAPI document has it
    needsAttention: body['needsAttention'] === true,
  };
}

async function judgeOrder(
  stack: EmbeddedStack,
  order: Submitted,
  told: Told,
  circumstances: Circumstances,
): Promise<{ wrong: string[]; excuses: string[] }> {
  const { externalId, planned, answeredIds } = order;
  const { paymentForm } = planned;
  const { outcome, needsAttention } = told;
  const { entries } = await stack.sandbox<{ entries: LedgerEntry[] }>(
    `ledger?purchaseId=${told.id}&limit=10000`,
  );
  const said = { externalId, paymentForm, outcome, needsAttention, answeredIds: [...answeredIds, told.id] };
  const { broken, excused } = judgeWithExcuses(said, entries, circumstances);
  const wrong = broken.map(({ invariant, how }) => `${invariant} ${externalId}: ${how}`);
  const expected = EXPECTED.get(planned.msisdn) ?? 'succeeded';
  const asExpected = outcome === expected || (planned.cancels && outcome === 'cancelled');
  if (paymentForm === 'postpaid' && !asExpected) {
    wrong.push(`${externalId}: ${planned.msisdn} comes to ${expected}, and it is ${outcome}`);
  }
  return {
    wrong: wrong.map((how) => `${how}\n${storyOf(entries)}`),
    excuses: excused.map(({ invariant, excuse }) => `${invariant} by ${excuse}`),
  };
}

/** Effects for purchases that nobody submitted. */
async function strangers(stack: EmbeddedStack, known: ReadonlySet<string>): Promise<string[]> {
  const { registrations } = await stack.sandbox<{ registrations: LedgerEntry[] }>('registrations');
  const { charges } = await stack.sandbox<{ charges: LedgerEntry[] }>('charges');
  const { messages } = await stack.sandbox<{ messages: LedgerEntry[] }>('outbox');
  const { notices } = await stack.sandbox<{ notices: LedgerEntry[] }>('inbox');
  return [...registrations, ...charges, ...messages, ...notices]
    .filter(({ purchaseId }) => !known.has(purchaseId))
    .map(({ kind, purchaseId }) => `${kind} for ${purchaseId}, which was never submitted`);
}

async function unsigned(stack: EmbeddedStack, clockWasStepped: boolean): Promise<string[]> {
  const { notices } = await stack.sandbox<{ notices: { noticeId: string; verified: boolean }[] }>('inbox');
  const verified = new Set(notices.flatMap((notice) => (notice.verified ? [notice.noticeId] : [])));
  return notices
    .filter((notice) => !notice.verified && !(clockWasStepped && verified.has(notice.noticeId)))
    .map(({ noticeId }) => `I5 ${noticeId} was not signed as its channel expects`);
}

function storyOf(entries: readonly LedgerEntry[]): string {
  return entries
    .map((entry) => {
      const what = 'transactionId' in entry ? entry.transactionId.split('.')[1] : entry.noticeId;
      return `    ${entry.at} ${entry.kind} ${what}${'fault' in entry ? ` ${entry.fault}` : ''}`;
    })
    .join('\n');
}
