import { Evidence, inWords, NotProbed } from '../findings';
import { registered, type Probe, type ProbeContext } from '../probe';

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
