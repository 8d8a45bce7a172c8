import type { ChannelName, TransactionId } from '../identifiers';
import type { Msisdn } from '../msisdn';
import type { PackageCode, PaymentForm } from './packages';
import { isNameIn } from '../own-entry';
import { REASONS, type ReasonCode } from '../purchase/reasons';
import type { Origin } from '../trace';

/** The workflow's name, written into histories. */
export const ELIGIBILITY_WORKFLOW = 'eligibility';
/** The activity's name, by which a question is asked without a workflow. */
export const ELIGIBILITY_ACTIVITY = 'askEligibility';

/** The id of one question, `elg_…`; never that of a purchase, so that no purchase's transaction is touched by it. */
export type QuestionId = string & { readonly __brand: 'QuestionId' };
const QUESTION_ID_PATTERN = /^elg_[0-9a-f]{32}$/;

/** @throws RangeError when the id is not `elg_` and 32 hexadecimal digits. */
export function questionId(text: string): QuestionId {
  if (!QUESTION_ID_PATTERN.test(text)) throw new RangeError(`"${text}" is not the id of a question`);
  return text as QuestionId; // just checked
}

/** The id that one check of a question carries at MobiFone. */
export function questionTransactionId(question: QuestionId, code: PackageCode): TransactionId {
  return `${question}.${code}` as TransactionId; // made of two checked parts
}

/** Whether a subscriber may have some packages; nothing is sold by asking. */
export interface EligibilityQuestion extends Origin {
  id: QuestionId;
  channel: ChannelName;
  msisdn: Msisdn;
  paymentForm: PaymentForm;
  packages: readonly PackageCode[];
}

/** One of the packages of a question. */
export interface PackageQuestion extends Omit<EligibilityQuestion, 'packages'> {
  package: PackageCode;
}

/** What MobiFone says now; only the sale itself settles it. */
export type Eligibility =
  | { kind: 'eligible' }
  | { kind: 'refused'; refusal: ReasonCode }
  /** MobiFone did not answer in time, or with what its contract does not allow. */
  | { kind: 'unknown' };

/** An answer of a worker of ours; `unknown` for what is none. */
export function eligibilityOf(told: unknown): Eligibility {
  if (typeof told !== 'object' || told === null || !('kind' in told)) return { kind: 'unknown' };
  if (told.kind === 'eligible') return { kind: 'eligible' };
  const refusal = told.kind === 'refused' && 'refusal' in told ? told.refusal : undefined;
  if (isNameIn(REASONS, refusal)) return { kind: 'refused', refusal };
  return { kind: 'unknown' };
}

/** What MobiFone says of each package that was asked about. */
export type EligibilityAnswer = readonly { package: PackageCode; eligibility: Eligibility }[];

export const ELIGIBILITY_KINDS = ['eligible', 'refused', 'unknown'] as const satisfies Eligibility['kind'][];
