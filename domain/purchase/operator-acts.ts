import { decisionInWords, type Decision, type Stuck } from './attention';
import type { ChannelName, ExternalId } from '../identifiers';

/** What an operator does to a purchase by `datacode purchases`, in the command's own words. */
export const OPERATOR_ACTS = {
  retry: { decision: 'retry_now', command: 'retry' },
  'charge-done': { decision: 'charge_was_done', command: 'settle' },
  'charge-not-done': { decision: 'charge_was_not_done', command: 'settle' },
  'rollback-done': { decision: 'rollback_done_by_hand', command: 'settle' },
  'give-up': { decision: 'give_up', command: 'settle' },
  /** Under the same rules as the channel. */
  cancel: { decision: null, command: 'cancel' },
} as const satisfies Record<string, { decision: Decision | null; command: 'retry' | 'settle' | 'cancel' }>;

export type OperatorAct = keyof typeof OPERATOR_ACTS;
export const OPERATOR_ACT_NAMES = Object.keys(OPERATOR_ACTS) as [OperatorAct, ...OperatorAct[]]; // the literal's keys
/** The acts of `datacode purchases settle`. */
export const SETTLE_ACT_NAMES = OPERATOR_ACT_NAMES.filter((act) => OPERATOR_ACTS[act].command === 'settle');

/** What an act does, in a sentence; to one purchase, or to any. */
export function actInWords(act: OperatorAct, stuck?: Stuck): string {
  const { decision } = OPERATOR_ACTS[act];
  return decision === null
    ? 'Stop before the charge is sent; a registration is undone, the channel refunds. It ends as cancelled.'
    : decisionInWords(decision, stuck);
}

/** The act that makes a decision. */
export function actOf(decision: Decision): OperatorAct {
  return OPERATOR_ACT_NAMES.find((act) => OPERATOR_ACTS[act].decision === decision) ?? 'retry'; // every decision has one
}

/** The command that does it, to be pasted into a terminal; it asks who and why. */
export function commandOf(act: OperatorAct, order: { channel: ChannelName; externalId: ExternalId }): string {
  const purchase = `${order.channel}/${order.externalId}`;
  const { command } = OPERATOR_ACTS[act];
  return `datacode purchases ${command} ${purchase}${command === 'settle' ? ` ${act}` : ''}`;
}

/** The result of an operator's act. */
export type OperationResult =
  /** `unconfirmed`: MobiFone is silent, so that it rests on the person alone. */
  | { kind: 'applied'; unconfirmed?: string }
  /** MobiFone states otherwise, or the step was over. */
  | { kind: 'not_applied'; because: string }
  /** The workflow does not allow it now; `because` says what is allowed. */
  | { kind: 'refused'; because: string }
  | { kind: 'not_found' };

/** Whether MobiFone itself stated otherwise: then nothing else came in place of the act. Written by `DecisionChecks`. */
export function isDeniedByMobifone(result: OperationResult): boolean {
  return result.kind === 'not_applied' && result.because.startsWith('MobiFone answers');
}

/** Who acts and why, as the history records it. */
export interface Attribution {
  by: string;
  why: string;
  /** MobiFone's case number, or a ticket; `reference` in the history. */
  ticket?: string | undefined;
  /** Update id of an act that may be sent again and must be done once. */
  updateId?: string | undefined;
}
