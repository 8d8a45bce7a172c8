import { setTimeout as pause } from 'node:timers/promises';
import { NotProbed, type Probe, type ProbeContext, spelledMs } from '../probe';
import type { TrialSale } from '../trial-sales';

/** When the connections are cut, milliseconds after the request was written. */
const CUTS_MS = [0, 20, 100] as const;
const PAUSE_MS = 100;

interface Cut {
  sale: TrialSale;
  sentAtMs: number;
  landedMs?: number;
}

/** Cuts connections whose command has just left, and watches for when it lands. It is a measurement, never a proof. */
export const CUT_COMMANDS: Probe = {
  id: 'P4',
  title: 'Within the same time a command has landed or never will',
  cost: () => ({ registrations: CUTS_MS.length, other: `${CUTS_MS.length} connections cut` }),
  async run(context) {
    const { lag } = context;
    if (lag.isTooLong) throw new NotProbed('The inquiry does not tell in time whether a command has landed.');
    const cuts = await cutThem(context);
    if (cuts.length === 0) throw new NotProbed('MobiFone answered before the connection could be cut.');
    await watch(context, cuts);
    const landed = cuts.flatMap(({ landedMs }) => (landedMs === undefined ? [] : [landedMs]));
    context.seen.landingsMs.push(...landed);
    for (const { sale, landedMs } of cuts) {
      if (landedMs === undefined) sale.doubt = 'its connection was cut, and it may still land';
    }
    const missing = cuts.length - landed.length;
    return {
      result: 'measured',
      because: [
        `Registrations whose connection we cut: ${cuts.length}; landed: ${landed.length}${landed.length === 0 ? '' : `, seen at the latest ${spelledMs(Math.max(...landed))} after sending`}.`,
        ...(missing === 0 ? [] : [`Not landed: ${missing}, ${spelledMs(lag.maxLagMs)} after sending.`]),
        'This proves nothing about commands that get stuck inside MobiFone’s network: agree the longest time with MobiFone.',
      ],
    };
  },
};

/** @returns those that were not answered before their cut */
async function cutThem({ sales }: ProbeContext): Promise<Cut[]> {
  const cuts: Cut[] = [];
  for (const cutAfterMs of CUTS_MS) {
    const sale = sales.open();
    const { verdict, sentAtMs } = await sales.register(sale, { cutAfterMs });
    if (verdict.kind === 'unknown') cuts.push({ sale, sentAtMs });
  }
  return cuts;
}

/** A refusal has landed as well. */
async function watch({ sales, lag, line: { signal } }: ProbeContext, cuts: Cut[]): Promise<void> {
  for (;;) {
    for (const cut of cuts.filter(({ landedMs }) => landedMs === undefined)) {
      const { kind } = await sales.inquire(cut.sale, cut.sale.registrationId);
      const agoMs = performance.now() - cut.sentAtMs;
      if (kind === 'done' || kind === 'refused') cut.landedMs = Math.round(agoMs);
      if (kind === 'done') cut.sale.wasRegistered = true;
    }
    const open = cuts.filter(({ landedMs }) => landedMs === undefined);
    if (open.every(({ sentAtMs }) => performance.now() - sentAtMs >= lag.maxLagMs)) return;
    await pause(PAUSE_MS, undefined, signal ? { signal } : {});
  }
}
