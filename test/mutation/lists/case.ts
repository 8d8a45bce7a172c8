import { mutationsOf } from '../mutation';

const STORIES = 'test/workflows/case.test.ts';
const CLOSED = 'test/workflows/closed-purchases.test.ts';
const REMEDIES = 'test/reconciliation/remedies.test.ts';
const PROOFS = 'test/reconciliation/case-proof.test.ts';

/** Faults in how a purchase that is over is put right, and in what is proposed from a settlement file. */
export const caseMutations = [
  ...mutationsOf('workflows/case/refund.ts', STORIES, [
    {
      name: 'a case refund has the purchase’s own refund id',
      find: 'id: caseRefundNoticeId(purchaseId),',
      replace: 'id: `refund_${purchaseId}` as ReturnType<typeof caseRefundNoticeId>,',
      invariant: 'I5: the purchase’s refund notice is another one',
    },
  ]),
  ...mutationsOf('workflows/case/refund.ts', CLOSED, [
    {
      name: 'a cut-off purchase is refunded under the id of a case',
      find: 'id: refundNoticeId(purchaseId),',
      replace: 'id: caseRefundNoticeId(purchaseId),',
      invariant: 'I5: one refund notice id, whether the purchase or its case tells it',
    },
  ]),
  ...mutationsOf('workflows/case/closed-purchase-facts.ts', CLOSED, [
    {
      name: 'a cut-off purchase is refunded while its charge stands',
      find: "this.objectionOf('charge', answers.charge) ??",
      replace: '',
      invariant: 'I2: never charged and refunded',
    },
    {
      name: 'a cut-off purchase is refunded although a reset has it go on',
      find: 'if (goesOn !== undefined) return goesOn;',
      replace: '',
      invariant: 'I2: a purchase that goes on tells its channel itself',
    },
    {
      name: 'a case of a sale that stands half is closed as nothing',
      find: 'if (!atMobifone || !isHalfSold(atMobifone)) return undefined;',
      replace: 'return undefined;',
      invariant: 'What is wrong stays known until a person says who put it right',
    },
  ]),
  ...mutationsOf('workflows/case/unsettled-answer.ts', CLOSED, [
    {
      name: 'a cut-off purchase is refunded while MobiFone is silent',
      find: "case 'no_answer':",
      replace: "case 'refused':",
      invariant: 'I2: nothing is refunded that may be sold',
    },
  ]),
  ...mutationsOf('workflows/ask-mobifone.ts', STORIES, [
    {
      name: 'an inquiry that somebody had fail is taken for silence',
      find: "if (attempt === MAX_ATTEMPTS || isOutOfTime(failure)) return 'not_asked';",
      replace: "return 'no_answer';",
      invariant: 'A fact that MobiFone states outranks any decision',
    },
  ]),
  ...mutationsOf('workflows/requests-taken.ts', STORIES, [
    {
      name: 'a request is taken as often as it is sent',
      find: 'if (request.requestId !== undefined) this.ids.add(request.requestId);',
      replace: '',
      invariant: 'I18: an older payload is not acted on',
    },
    {
      name: 'a request of an earlier run is taken',
      find: 'if (!isOfThisRun)',
      replace: 'if (false)',
      invariant: 'I18: an older payload is not acted on',
    },
  ]),
  ...mutationsOf('workflows/case/objection-to-reject.ts', 'test/client/contradicted-case.test.ts', [
    {
      name: 'a case about a denied charge is closed as nothing without MobiFone’s answer',
      find: "if (answer === 'no_answer')",
      replace: "if (answer === 'no_answer') return undefined;\n  if (answer === 'no_answer')",
      invariant: 'I2: what a person states about money is confirmed by MobiFone',
    },
  ]),
  ...mutationsOf('client/closed-purchases.ts', CLOSED, [
    {
      name: 'a purchase that was reset gets a case',
      find: 'const latest = await latestRuns(this.client, batch);',
      replace: 'const latest = batch;',
      invariant: 'I16: only what nobody goes on with',
    },
  ]),
  ...mutationsOf('workflows/case/case.ts', STORIES, [
    {
      name: 'a case refund that was not taken counts as delivered',
      find: "if (log.standing === 'delivered') return undefined;",
      replace: "if (log.standing !== 'delivering') return undefined;",
      invariant: 'I5: delivered at least once',
    },
    {
      name: 'each delivery of a case refund has a time of its own',
      find: 'const detail = await this.deliver(addressed);',
      replace:
        'addressed.notice.occurredAt = new Date().toISOString();\n      const detail = await this.deliver(addressed);',
      invariant: 'I5: the same content under the same id',
    },
    {
      name: 'a second registration is sent again without asking',
      find: 'this.known = { ...known, askFirst: true };',
      replace: '',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'what is known of a second registration is forgotten',
      find: 'this.known = { askFirst: true, ...told };',
      replace: 'this.known = { askFirst: true };',
      invariant: 'I14, P2: what MobiFone refused is not sent again under the same id',
    },
    {
      name: 'a round of a case sends without asking after one that failed',
      find: 'this.known = { askFirst: true, ...told };',
      replace: 'this.known = { askFirst: false };',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'a case that is run anew sends without asking',
      find: 'this.isLater() || record.order.again === true',
      replace: 'false',
      invariant: 'I14: a run anew asks before it sends',
    },
    {
      name: 'a case keeps no wait that MobiFone asked for',
      find: 'const pauseMs = Math.max(isLong ? longest : Math.min(grown, patience, longest), retryAfterMs);',
      replace: 'const pauseMs = isLong ? longest : Math.min(grown, patience, longest);',
      invariant: 'I15: the wait that was asked for is kept over rounds',
    },
    {
      name: 'a first registration that stands is no obstacle',
      find: "case 'stands':\n          return this.record.moveTo(\n            'open',",
      replace: "case 'stands':\n          return this.record.moveTo(\n            're_registered',",
      invariant: 'A case tells what MobiFone did',
    },
    {
      name: 'a refused registration counts as made',
      find: "case 'refused': return this.record.moveTo('open'",
      replace: "case 'refused': return this.record.moveTo('re_registered'",
      invariant: 'The customer gets the package or the refund',
    },
    {
      name: 'a refund is not weighed against what MobiFone says',
      find: "if (first === 'done') return 'MobiFone answers that the registration stands';",
      replace: '',
      invariant: 'A fact that MobiFone states outranks a decision',
    },
    {
      name: 'MobiFone’s silence is an objection to a refund',
      find: "return state === 'done' ?",
      replace: "return standing === 'done' || standing === 'no_answer' ?",
      invariant: 'A person decides where MobiFone is silent',
    },
    {
      name: 'a cancellation ends a case',
      find: 'return CancellationScope.nonCancellable(async () => {',
      replace: 'return CancellationScope.cancellable(async () => {',
      invariant: 'What is wrong stays known until a person says who put it right',
    },
  ]),
  ...mutationsOf('workflows/case/decisions.ts', STORIES, [
    {
      name: 'two decisions are weighed at once',
      find: 'this.weighing = true;',
      replace: 'this.weighing = false;',
      invariant: 'A customer is never both refunded and given the package',
    },
    {
      name: 'every decision is open at all times',
      find: 'if (open.includes(decision)) return;',
      replace: 'if (open.length > 0) return;',
      invariant: 'A customer is never both refunded and given the package',
    },
    {
      name: 'a person who hastens is not heard',
      find: 'this.hastened = true;',
      replace: 'this.hastened = false;',
      invariant: 'A pause ends when a person asks for it',
    },
  ]),
  ...mutationsOf('workflows/case/record.ts', STORIES, [
    {
      name: 'a case that is over still needs attention',
      find: 'if (this.case.attention) this.publishAttention(null);',
      replace: '',
      invariant: 'Needs attention is what a person must look at',
    },
  ]),
  ...mutationsOf('domain/purchase/sale.ts', 'test/workflows/sale.test.ts', [
    {
      name: 'the discounted price is charged',
      find: 'amount: order.faceValue,',
      replace: 'amount: order.payable,',
      invariant: 'I10: the subscriber pays the face value',
    },
  ]),
  ...mutationsOf('activities/gateway-activities.ts', STORIES, [
    {
      name: 'a package is registered again while the first registration stands',
      find: "if (first?.kind === 'done') return { kind: 'stands' };",
      replace: '',
      invariant: 'I1: a prepaid subscriber pays once',
    },
    {
      name: 'a second registration has the id of the first',
      find: "calls.register(sale, options, attempt, { transaction: 'registration-2' })",
      replace: 'calls.register(sale, options, attempt)',
      invariant: 'I1: one id for one command',
    },
  ]),
  ...mutationsOf('client/cases.ts', STORIES, [
    {
      name: 'a case is opened about a purchase that is still open',
      find: 'if (!closed) return',
      replace: 'if (!closed && outcome) return',
      invariant: 'Only what is over turns out wrong',
    },
    {
      name: 'a purchase whose channel was told to refund is refunded again',
      find: "if (outcome !== 'succeeded' || ",
      replace: "if (outcome === 'succeeded' && ",
      invariant: 'I5: one refund for one purchase',
    },
    {
      name: 'a case that is over is opened again',
      find: 'make_good: WorkflowIdReusePolicy.REJECT_DUPLICATE',
      replace: 'make_good: WorkflowIdReusePolicy.ALLOW_DUPLICATE',
      invariant: 'A case is opened once',
    },
  ]),
  ...mutationsOf('reconciliation/remedies.ts', REMEDIES, [
    {
      name: 'a charge that was undone is proposed as done',
      find: "line.state !== 'done' && movesMoney(line)) || lines.some(isRollback)",
      replace: "line.state !== 'done' && movesMoney(line)) || lines.length === 0",
      invariant: 'Only unambiguous evidence settles a charge',
    },
    {
      name: 'a charge of another amount is proposed as done',
      find: 'if (payment.amount !== row.ours?.faceValue)',
      replace: 'if (!row.ours)',
      invariant: 'Only unambiguous evidence settles a charge',
    },
    {
      name: 'a charge is proposed as not done without the next day’s file',
      find: '!facts.nextDayKnown || began === undefined',
      replace: 'began === undefined',
      invariant: 'What a file does not cover proves nothing',
    },
    {
      name: 'a charge of another day is proposed as not done',
      find: '|| localDay(new Date(began)) !== facts.day',
      replace: '',
      invariant: 'What a file does not cover proves nothing',
    },
    {
      name: 'a bad line is no obstacle to a charge that was not done',
      find: "if (!facts.complete) return none('an unusable line of the file could be its charge');",
      replace: '',
      invariant: 'What a file does not cover proves nothing',
    },
    {
      name: 'a rollback is proposed as done while the registration stands',
      find: "movesMoney(line) || line.kind === 'registration'",
      replace: 'movesMoney(line)',
      invariant: 'I3: no registration is forgotten',
    },
    {
      name: 'a case that is known is proposed again',
      find: 'row.cases.find((link) => link.id === id)',
      replace: "row.cases.find((link) => link.id === id && link.state !== 'rejected')",
      invariant: 'A case is opened once',
    },
    {
      name: 'the first charge is reversed with the second',
      find: 'row.references.includes(line.reference) && isMeant(line)',
      replace: 'isMeant(line)',
      invariant: 'Only what is wrong is reversed',
    },
  ]),
  ...mutationsOf('reconciliation/case-proof.ts', PROOFS, [
    {
      name: 'a line that still stands proves its reversal',
      find: "if (wrong.some(({ state }) => state === 'done')) return undefined;",
      replace: '',
      invariant: 'Only MobiFone’s own line closes a case',
    },
    {
      name: 'any correction proves a reversal',
      find: 'correctedBy && correctedBy.gross + evidence.atStake === 0',
      replace: 'correctedBy',
      invariant: 'Only MobiFone’s own line closes a case',
    },
    {
      name: 'a rollback proves that a second charge was given back',
      find: "if (evidence.breakKind === 'duplicate_charge') return undefined;",
      replace: '',
      invariant: 'Only MobiFone’s own line closes a case',
    },
    {
      name: 'any sale makes a customer good',
      find: 'payment.amount === amount',
      replace: 'payment.amount > 0',
      invariant: 'Only MobiFone’s own line closes a case',
    },
  ]),
];
