import { markdownText } from '../../domain/harmless-text';
import {
  defineQuery,
  log,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { ATTENTION_REASONS } from '../../domain/purchase/attention';
import { CASE_QUERY, CASE_STATE_MEMO } from '../../domain/case/protocol';
import {
  CASE_DECISIONS,
  CASE_KINDS,
  CASE_STATES,
  caseCard,
  caseDecisionsAt,
  foundInWords,
  isCaseOver,
  isClosedEvidence,
  mayCaseMove,
  type Case,
  type CaseAttention,
  type CaseEvidence,
  type CaseOrder,
  type CaseState,
} from '../../domain/case/case';
import type { ClosedEvidence, MobifoneAnswers } from '../../domain/case/closed-evidence';
import { PURCHASE_STEPS } from '../../domain/purchase/steps';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';

/** The one place that holds a case; its query, search attributes, memo and Web UI details are written from here. */
export class CaseRecord {
  readonly case: Case;
  /** When the run was first worked on, milliseconds. */
  readonly begunAtMs = Date.now();

  constructor(readonly order: CaseOrder) {
    const { evidence, by, why, openedAt, earlier = [] } = order;
    const found = `opened: ${foundInWords(evidence)}; ${why}`;
    this.case = {
      card: caseCard(order),
      state: 'open',
      attention: { reason: 'case_open', since: openedAt, detail: evidence.detail },
      log: [...earlier, { at: openedAt, what: found, by }],
    };
    setHandler(defineQuery<Case>(CASE_QUERY), () => this.case, {
      description: 'The case: what was found, what was decided, how far it is.',
    });
    setCurrentDetails(story(this.case));
  }

  get state(): CaseState {
    return this.case.state;
  }

  /**
   * @param what in words; `by` is the person, where it was one
   * @throws Error, a defect that stops the workflow task, when the table of states has no such move
   */
  moveTo(state: CaseState, what: string, by?: string): void {
    if (!mayCaseMove(this.state, state)) throw new Error(`a case cannot move from ${this.state} to ${state}`);
    this.case.state = state;
    this.case.log.push({ at: now(), what, ...(by ? { by } : {}) });
    upsertMemo({ [CASE_STATE_MEMO]: state });
    if (state === 'open') this.raiseAttention('case_open', what);
    else this.clearAttention();
    if (isCaseOver(state)) log.info('case over', { event: 'case.over', caseId: this.order.id, state });
  }

  /** Makes the case findable by `NeedsAttention = true`, with the reason; `since` stays that of the first call. */
  raiseAttention(reason: CaseAttention, detail: string): void {
    const since = this.case.attention?.since ?? now();
    if (this.case.attention?.reason !== reason) this.publishAttention(reason);
    this.case.attention = { reason, since, detail };
    log.warn('case needs attention', { event: 'case.attention', caseId: this.order.id, reason });
    setCurrentDetails(story(this.case));
  }

  /** Replaces MobiFone's earlier answers by these, and adds them to the log. */
  addAnswers(answers: Omit<MobifoneAnswers, 'at'>): void {
    const at = now();
    this.case.atMobifone = { at, ...answers };
    this.case.log.push({ at, what: `MobiFone answers: ${answersInWords(answers)}` });
    setCurrentDetails(story(this.case));
  }

  private clearAttention(): void {
    if (this.case.attention) this.publishAttention(null);
    this.case.attention = null;
    setCurrentDetails(story(this.case));
  }

  private publishAttention(reason: CaseAttention | null): void {
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.needsAttention, value: reason !== null },
      { key: SEARCH_ATTRIBUTES.attentionReason, value: reason },
    ]);
  }
}

/** The case as Markdown for the Web UI's current details: what is wrong, what was done, what may be decided. */
function story({ card, state, attention, log: happenings }: Case): string {
  const { subject, evidence } = card;
  const about =
    subject.kind === 'reversal' ? ` of MobiFone’s transaction ${markdownText(subject.reference)}` : '';
  const outcome = card.outcome ?? 'without an outcome';
  const open = caseDecisionsAt(subject.kind, state);
  return [
    `**${state}**: ${subject.kind}${about}, ${evidence.atStake} VND. ${CASE_STATES[state].meaning}`,
    '',
    CASE_KINDS[subject.kind],
    '',
    `Purchase ${card.purchaseId} (${outcome}), ${card.package} at ${card.amount} VND, order ${markdownText(card.externalId)} of ${card.channel}.`,
    '',
    ...evidenceInWords(evidence),
    '',
    ...happenings.map(({ at, what, by }) => `- ${at}: ${markdownText(by ? `${what} (${by})` : what)}`),
    ...(attention
      ? [
          '',
          `**Needs attention since ${attention.since}:** ${ATTENTION_REASONS[attention.reason]} ${markdownText(attention.detail)}`,
        ]
      : []),
    ...(open.length > 0
      ? [
          '',
          'Open to an operator (update `decide`):',
          ...open.map((decision) => `- \`${decision}\`: ${CASE_DECISIONS[decision]}`),
        ]
      : []),
  ].join('\n');
}

function evidenceInWords(evidence: CaseEvidence | ClosedEvidence): string[] {
  if (!isClosedEvidence(evidence)) {
    return [
      `Found when ${evidence.day} was reconciled: ${evidence.breakKind}, ${markdownText(evidence.detail)}. ` +
        `MobiFone’s lines: ${evidence.references.map(markdownText).join(', ') || 'none'}; settlement file ${markdownText(evidence.settlementFile)}.`,
    ];
  }
  const { closedAt, state, steps, detail } = evidence;
  return [
    `Ended at ${closedAt} while ${state}: ${markdownText(detail)}`,
    '',
    ...steps.map(({ step, status }) => `- ${PURCHASE_STEPS[step].title}: ${status}`),
  ];
}

function answersInWords(answers: Omit<MobifoneAnswers, 'at'>): string {
  const told = (['registration', 'charge'] as const).flatMap((transaction) => {
    const answer = answers[transaction];
    return answer ? [`${transaction} ${answer}`] : [];
  });
  return told.join(', ');
}

/** Workflow time, which replays the same. */
function now(): string {
  return new Date().toISOString();
}
