import { Evidence, inWords, NotProbed, type Probe, type ProbeContext, registered } from '../probe';

export const INQUIRY_TELLS: Probe = {
  id: 'P7',
  title: 'The inquiry tells amount and package',
  cost: ({ paymentForm }) => ({ registrations: 1, charges: paymentForm === 'postpaid' ? 1 : 0 }),
  async run(context) {
    const { sales, lag, terms } = context;
    const evidence = new Evidence();
    const { sale, since } = await registered(context);
    const about = await lag.until('done', sale, sale.registrationId, { call: 'register', since });
    compare('registration', about, context, evidence);
    if (terms.paymentForm === 'prepaid') return evidence;
    const charge = await sales.charge(sale);
    if (charge.verdict.kind !== 'done') {
      evidence.note(`The charge: ${inWords(charge.verdict)}.`);
      return evidence;
    }
    const told = await lag.until('done', sale, sale.chargeId, { call: 'charge', since: charge });
    compare('charge', told, context, evidence);
    return evidence;
  },
};

function compare(
  what: string,
  answer: Awaited<ReturnType<ProbeContext['lag']['until']>>,
  { terms }: ProbeContext,
  evidence: Evidence,
): void {
  if (answer.kind !== 'done') {
    throw new NotProbed(`The inquiry about the ${what} did not say that it is done: ${inWords(answer)}.`);
  }
  const missing = [
    ...(answer.amount === undefined ? ['amount'] : []),
    ...(answer.packageCode === undefined ? ['package'] : []),
  ];
  if (missing.length > 0)
    return evidence.against(`The inquiry about the ${what} tells no ${missing.join(', no ')}.`);
  const isRight = answer.amount === terms.amount && answer.packageCode === terms.packageCode;
  const words = `The inquiry about the ${what} tells ${answer.amount} VND and ${answer.packageCode}`;
  if (isRight) evidence.for(`${words}, as ordered.`);
  else evidence.against(`${words}; ordered were ${terms.amount} VND and ${terms.packageCode}.`);
}
