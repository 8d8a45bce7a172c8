import type { InquiryVerdict } from '../../../domain/gateway-verdict';
import type { TransactionId } from '../../../domain/identifiers';
import { vnd } from '../../../domain/vnd';
import type { CommandAnswer } from '../line';
import { Evidence, inWords, type Probe, type ProbeContext, registered } from '../probe';
import type { TrialSale } from '../trial-sales';

/** Where the catalogue has no other package, the amount is made another one by this. */
const OTHER_BY = 1_000;

/**
 * Every command is sent twice under its id, and then once more with other content. A second execution shows in a
 * refusal of the repetition, in an inquiry that says something else than before, or in other content that is taken.
 */
export const EXECUTED_ONCE: Probe = {
  id: 'P1',
  title: 'A transaction id is executed once; a repetition answers with the first result',
  cost: ({ paymentForm }) => ({ registrations: 4, charges: paymentForm === 'postpaid' ? 3 : 0 }),
  async run(context) {
    const evidence = new Evidence();
    const used = await sendTwice(context, evidence);
    const second = await useIdsAgain(context, used, evidence);
    if (evidence.result === 'does_not_hold') {
      for (const sale of [used.sale, second])
        sale.doubt = 'a command for it may have been executed more than once';
    }
    evidence.note(
      'Compare the subscriber’s bill or balance: an effect that no answer shows would show there.',
    );
    return evidence;
  },
};

/** The ids of one sale, each of them sent twice. */
interface UsedIds {
  sale: TrialSale;
  rollbackId: TransactionId;
}

async function sendTwice(context: ProbeContext, evidence: Evidence): Promise<UsedIds> {
  const { sales, lag, terms } = context;
  const { sale, since } = await registered(context);
  weighRepetition(evidence, 'registration', await sales.register(sale));
  const stands = await lag.until('done', sale, sale.registrationId, { call: 'register', since });
  weighInquiry(evidence, context, { what: 'registration', answer: stands });
  if (terms.paymentForm === 'postpaid') {
    const charge = await sales.charge(sale);
    if (charge.verdict.kind === 'done') {
      weighRepetition(evidence, 'charge', await sales.charge(sale));
      const charged = await lag.until('done', sale, sale.chargeId, { call: 'charge', since: charge });
      weighInquiry(evidence, context, { what: 'charge', answer: charged });
    } else evidence.note(`The charge, which was to be repeated: ${inWords(charge.verdict)}.`);
  }
  const rollback = await sales.rollback(sale);
  if (rollback.verdict.kind === 'done') {
    const repeated = await sales.rollback(sale, rollback.id);
    weighRepetition(evidence, 'rollback', repeated);
    const isReliable = !lag.isTooLong;
    const wanted = { call: 'rollback', since: rollback };
    const gone = await lag.until('rolled_back', sale, sale.registrationId, wanted);
    if (gone.kind === 'done' && isReliable) {
      evidence.against(
        'After one rollback the inquiry says that the registration stands: it was made twice.',
      );
    }
  }
  return { sale, rollbackId: rollback.id };
}

/** The ids of one sale with the content of another: the charge and the rollback would take effect on that. */
async function useIdsAgain(context: ProbeContext, used: UsedIds, evidence: Evidence): Promise<TrialSale> {
  const { sales, terms } = context;
  const { sale } = await registered(context);
  const other = terms.other ?? { packageCode: terms.packageCode, amount: vnd(terms.amount + OTHER_BY) };
  if (terms.paymentForm === 'postpaid') {
    weighOtherContent(evidence, 'charge', await sales.charge(sale, used.sale.chargeId));
  }
  weighOtherContent(evidence, 'registration', await sales.register(sale, other));
  weighOtherContent(evidence, 'rollback', await sales.rollback(sale, used.rollbackId));
  return sale;
}

function weighRepetition(evidence: Evidence, what: string, answer: CommandAnswer): void {
  const isFirstResult = answer.verdict.kind === 'done';
  evidence.weigh(`The same ${what}, sent again`, answer, isFirstResult);
}

function weighInquiry(
  evidence: Evidence,
  { lag, terms }: ProbeContext,
  { what, answer }: { what: string; answer: InquiryVerdict },
): void {
  if (answer.kind === 'refused' || answer.kind === 'rolled_back') {
    evidence.against(
      `After the repetition the inquiry about the ${what} says “${inWords(answer)}” instead of “done”.`,
    );
  } else if (answer.kind === 'done' && answer.amount !== undefined && answer.amount !== terms.amount) {
    evidence.against(
      `After the repetition the inquiry tells ${answer.amount} VND for one ${what} of ${terms.amount}.`,
    );
  } else if (answer.kind !== 'done' && !lag.isTooLong) {
    evidence.note(`After the repetition the inquiry about the ${what} says “${inWords(answer)}”.`);
  }
}

function weighOtherContent(evidence: Evidence, what: string, answer: CommandAnswer): void {
  const { kind } = answer.verdict;
  const isRefused = kind === 'refused' || kind === 'broken_contract';
  evidence.weigh(`A ${what} with other content under an id that was used`, answer, isRefused);
}
