import { packageCode } from '../../../domain/catalogue/packages';
import { vnd } from '../../../domain/vnd';
import type { CommandAnswer } from '../line';
import { Evidence, inWords, type Probe, type ProbeContext } from '../probe';
import type { TrialSale } from '../trial-sales';

/** So small that it costs next to nothing where a gateway does not compare amounts. */
const WRONG_AMOUNT = vnd(1);
const NO_PACKAGE = packageCode('NO_SUCH_PACKAGE');

/** Provokes a refusal, takes its reason away, and sends the same id again. */
export const REFUSALS_STICK: Probe = {
  id: 'P2',
  title: 'A refusal under an id sticks',
  cost: ({ paymentForm, refusedNumber }) => ({
    registrations: refusedNumber ? 5 : 3,
    charges: paymentForm === 'postpaid' ? 1 : 0,
  }),
  async run(context) {
    const evidence = new Evidence();
    await wrongRegistration(context, evidence);
    if (context.terms.paymentForm === 'postpaid') await earlyCharge(context, evidence);
    if (context.terms.refusedNumber) await refusedSubscriber(context, evidence);
    return evidence;
  },
};

/** Refused for its amount or its package, then sent with what was wrong put right. */
async function wrongRegistration(context: ProbeContext, evidence: Evidence): Promise<void> {
  const { sales } = context;
  for (const wrong of [{ amount: WRONG_AMOUNT }, { packageCode: NO_PACKAGE }]) {
    const sale = sales.open();
    const first = await sales.register(sale, wrong);
    if (first.verdict.kind === 'refused') {
      await askAndRepeat(context, sale, sale.registrationId, first, evidence);
      const again = await sales.register(sale);
      const what = 'A registration that was refused, sent again with what was wrong put right';
      evidence.weigh(
        what,
        again,
        again.verdict.kind === 'refused' || again.verdict.kind === 'broken_contract',
      );
      return;
    }
    const what =
      'amount' in wrong
        ? `A registration for ${WRONG_AMOUNT} VND`
        : 'A registration of a package that is none';
    evidence.note(`${what} was not refused: ${inWords(first.verdict)}.`);
  }
}

/** A charge whose registration is not there yet is refused; then the registration is made. */
async function earlyCharge(context: ProbeContext, evidence: Evidence): Promise<void> {
  const { sales } = context;
  const sale = sales.open();
  const first = await sales.charge(sale);
  if (first.verdict.kind !== 'refused') {
    evidence.note(`A charge before its registration: ${inWords(first.verdict)}.`);
    return;
  }
  await askAndRepeat(context, sale, sale.chargeId, first, evidence);
  const registration = await sales.register(sale);
  if (registration.verdict.kind !== 'done') return;
  const again = await sales.charge(sale);
  const what = 'A charge that was refused for want of its registration, sent again when that was there';
  evidence.weigh(what, again, again.verdict.kind === 'refused');
}

async function refusedSubscriber(context: ProbeContext, evidence: Evidence): Promise<void> {
  const { sales, terms } = context;
  const sale = sales.open(terms.refusedNumber);
  const first = await sales.register(sale);
  if (first.verdict.kind !== 'refused') {
    evidence.note(`The number that was to be refused: ${inWords(first.verdict)}.`);
    return;
  }
  await askAndRepeat(context, sale, sale.registrationId, first, evidence);
  const again = await sales.register(sale);
  evidence.weigh('A registration of the refused number, sent again', again, again.verdict.kind === 'refused');
}

/** What the inquiry says of a refusal; a gateway that keeps its promise need not tell it there. */
async function askAndRepeat(
  { lag }: ProbeContext,
  sale: TrialSale,
  id: TrialSale['registrationId'],
  since: CommandAnswer,
  evidence: Evidence,
): Promise<void> {
  const answer = await lag.ofRefused(sale, id, since);
  const words = `The inquiry about what was refused says “${inWords(answer)}”.`;
  if (answer.kind === 'done') evidence.against(words);
  else evidence.note(words);
}
