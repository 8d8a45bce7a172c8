import { Evidence, inWords, NotProbed, type Probe, type ProbeContext, registered } from '../probe';
import type { TrialSale } from '../trial-sales';

export const ROLLBACK_VOIDS: Probe = {
  id: 'P5',
  title: 'A rollback undoes what is there and voids what comes later',
  cost: () => ({ registrations: 3 }),
  async run(context) {
    const evidence = new Evidence();
    await rollBackFirst(context, evidence);
    await rollBackWhatStands(context, evidence);
    return evidence;
  },
};

/** The rollback overtakes its registration. */
async function rollBackFirst({ sales }: ProbeContext, evidence: Evidence): Promise<void> {
  const sale = sales.open();
  const rollback = await sales.rollback(sale);
  evidence.note(`A rollback of a registration that was never sent: ${inWords(rollback.verdict)}.`);
  const late = await sales.register(sale);
  const isRefused = late.verdict.kind === 'refused' || late.verdict.kind === 'broken_contract';
  evidence.weigh('That registration, sent after its rollback', late, isRefused);
}

async function rollBackWhatStands(context: ProbeContext, evidence: Evidence): Promise<void> {
  const { sales, lag } = context;
  const { sale } = await registered(context);
  const rollback = await sales.rollback(sale);
  if (rollback.verdict.kind !== 'done') {
    throw new NotProbed(`A registration that stands could not be rolled back: ${inWords(rollback.verdict)}.`);
  }
  const wanted = { call: 'rollback', since: rollback };
  const gone = await lag.until('rolled_back', sale, sale.registrationId, wanted);
  const words = `The inquiry about a registration that was rolled back says “${inWords(gone)}”.`;
  if (gone.kind === 'rolled_back') evidence.for(words);
  else if (gone.kind === 'done' && !lag.isTooLong) evidence.against(words);
  else evidence.note(words);
  const late = await sales.register(sale);
  const isRefused = late.verdict.kind === 'refused' || late.verdict.kind === 'broken_contract';
  evidence.weigh('A registration that was rolled back, sent again', late, isRefused);
}

const COULD_NOT_PROVOKE = 'No rollback was refused, and nothing provokes a refusal: agree it with MobiFone.';

/** Needs a refused rollback: one that comes before its registration may be refused, or one may be refused by chance. */
export const ROLLBACK_AGAIN: Probe = {
  id: 'P6',
  title: 'A refused rollback may be ordered again under the same id',
  cost: () => ({ registrations: 2 }),
  async run(context) {
    const evidence = new Evidence();
    const { sales } = context;
    const early = sales.open();
    const first = await sales.rollback(early);
    if (first.verdict.kind === 'refused') {
      const registration = await sales.register(early);
      if (registration.verdict.kind === 'done') await orderAgain(context, early, first.id, evidence);
      return evidence;
    }
    const { sale } = await registered(context);
    const plain = await sales.rollback(sale);
    if (plain.verdict.kind === 'refused') await orderAgain(context, sale, plain.id, evidence);
    else evidence.note(COULD_NOT_PROVOKE);
    return evidence;
  },
};

/** The same id first; only a new one that is executed shows that the old one was held against it. */
async function orderAgain(
  { sales }: ProbeContext,
  sale: TrialSale,
  id: TrialSale['registrationId'],
  evidence: Evidence,
): Promise<void> {
  const again = await sales.rollback(sale, id);
  if (again.verdict.kind === 'done')
    return evidence.for('A refused rollback, sent again under its id: done.');
  const fresh = await sales.rollback(sale);
  const words = `A refused rollback, sent again under its id: ${inWords(again.verdict)}; under a new id: ${inWords(fresh.verdict)}.`;
  if (fresh.verdict.kind === 'done') evidence.against(words);
  else evidence.note(words);
}
