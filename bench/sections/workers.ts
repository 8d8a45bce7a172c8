import { measure } from '../measure';
import { median } from '../percentiles';
import type { Section } from './section';

/** What a second worker adds. */
export interface WorkerFigures {
  /** How slow the gateway was, ms. */
  delayMs: number;
  /** Of each worker and kind. */
  slots: number;
  perSecond: { one: number; two: number };
  /** Two workers' rate as a multiple of one's. */
  twoVsOne: number;
}

/**
 * So slow, and with so few slots, that a worker is full long before the server or the two cores are: each purchase
 * holds a slot for local activities for the check and two for the messages, so one worker takes on some four a second.
 */
const DELAY_MS = 1500;
const SLOTS = 20;
const AT_ONCE = 80;
const SECONDS = 20;
const ROUNDS = 2;

/** One worker and two in turns, where the server is not the limit. */
export const workers: Section<WorkerFigures> = {
  title: 'Workers: two against one, at a gateway so slow that the worker’s slots are the limit',
  stacks: [{ kind: 'tuned', saga: true, environment: { WORKER_SLOTS: `fixed:${SLOTS}` } }],
  async run(lab, _settings, say) {
    const stack = lab.stack('tuned');
    await measure(lab, 'sagaByClient', 'tuned', { atOnce: 10, seconds: 1 }); // warm-up
    await lab.gateway.order({ delayMs: DELAY_MS });
    const load = () => measure(lab, 'sagaByClient', 'tuned', { atOnce: AT_ONCE, seconds: SECONDS });
    const rounds: { one: number; two: number }[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { perSecond: one } = await load();
      await stack.addWorker();
      const { perSecond: two } = await load();
      await stack.removeWorker();
      rounds.push({ one, two });
      say(`round ${round}: one worker ${one.toFixed(1)}/s, two ${two.toFixed(1)}/s`);
    }
    await lab.gateway.order({});
    return {
      delayMs: DELAY_MS,
      slots: SLOTS,
      perSecond: { one: median(rounds.map(({ one }) => one)), two: median(rounds.map(({ two }) => two)) },
      twoVsOne: median(rounds.map(({ one, two }) => two / one)),
    };
  },
};
