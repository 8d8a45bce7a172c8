import type { LagSample } from '../inquiry-lag';
import { Evidence, inWords, type Probe, type ProbeContext, registered, spelledMs } from '../probe';

const ROUNDS = 3;

export const INQUIRY_LAG: Probe = {
  id: 'P3',
  title: 'Within a known time after a command, an inquiry tells its final state',
  cost: ({ paymentForm }) => ({ registrations: ROUNDS, charges: paymentForm === 'postpaid' ? ROUNDS : 0 }),
  async run(context) {
    for (let round = 0; round < ROUNDS && !context.lag.isTooLong; round += 1) await sampleSale(context);
    const unsent = context.sales.open();
    context.seen.neverSent = await context.sales.inquire(unsent, unsent.registrationId);
    return weighed(context);
  },
  review: weighed,
};

/** The lag after each command of one sale. */
async function sampleSale(context: ProbeContext): Promise<void> {
  const { sales, lag, terms } = context;
  const { sale, since } = await registered(context);
  await lag.until('done', sale, sale.registrationId, { call: 'register', since });
  if (terms.paymentForm === 'postpaid') {
    const charge = await sales.charge(sale);
    if (charge.verdict.kind === 'done') {
      await lag.until('done', sale, sale.chargeId, { call: 'charge', since: charge });
    }
  }
  const rollback = await sales.rollback(sale);
  if (rollback.verdict.kind !== 'done') return;
  await lag.until('rolled_back', sale, sale.registrationId, { call: 'rollback', since: rollback });
}

function weighed({ lag, seen: { neverSent } }: ProbeContext): Evidence {
  const evidence = new Evidence();
  const late = lag.samples.filter(({ lagMs }) => lagMs === undefined);
  const lags = lag.samples.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs]));
  for (const { call, before } of late) {
    const last = before.at(-1) === 'never_received' ? 'not found' : before.at(-1);
    evidence.against(`After a ${call} the inquiry still said “${last}” ${spelledMs(lag.maxLagMs)} later.`);
  }
  if (lags.length > 0) {
    const wrong = lag.samples.filter(wasWrongFirst).length;
    evidence.for(
      `${lags.length} times the inquiry told the final state, at the latest ${spelledMs(Math.max(...lags))} after the command; ${wrong === 0 ? 'the first inquiry was right each time' : `${wrong} times it said “not found” first`}.`,
    );
  }
  if (neverSent?.kind === 'never_received') evidence.for('An id that was never sent is not found.');
  else if (neverSent) evidence.against(`An id that was never sent is answered: ${inWords(neverSent)}.`);
  return evidence;
}

const wasWrongFirst = ({ before }: LagSample): boolean => before.includes('never_received');
