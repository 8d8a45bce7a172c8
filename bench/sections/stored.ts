import { makeLoad } from '../load';
import { measure, type Measurement } from '../measure';
import { seller } from '../sellers';
import type { Section } from './section';

/** What a purchase costs with so many stored before it. */
export interface StoredFigures {
  stored: number;
  /** All processes together but what makes the load and the gateway, processor milliseconds a purchase. */
  processorMs: number;
  perSecond: number;
  answerP50Ms: number;
}

/** Where the cost is looked at, as far as the run goes. */
const MARKS = [1_000, 3_000, 10_000, 30_000, 100_000];
const AT_ONCE = 50;
const SECONDS = 10;

/** Sells until so many purchases are stored, and looks now and then at what one costs. */
export const stored: Section<readonly StoredFigures[]> = {
  title: 'Stored: what one purchase costs with 1,000 and with many more in the database',
  stacks: [{ kind: 'tuned', saga: true }],
  async run(lab, { stored: goal }, say) {
    const sell = seller('sagaByClient', lab.stack('tuned'));
    const figures: StoredFigures[] = [];
    let count = 0;
    for (const mark of [...MARKS.filter((mark) => mark < goal), goal]) {
      while (count < mark) {
        const most = Math.min(1000, mark - count);
        const { sold, perSecond } = await lab.watched(
          makeLoad(sell, { atOnce: AT_ONCE, seconds: Infinity, most }),
        );
        count += sold.length;
        say(`${count} of ${goal} are stored, ${perSecond.toFixed(1)}/s`);
      }
      const one = await measure(lab, 'sagaByClient', 'tuned', { atOnce: AT_ONCE, seconds: SECONDS });
      figures.push(figuresOf(count, one));
      count += one.purchases;
    }
    return figures;
  },
};

function figuresOf(stored: number, { processorMs, perSecond, answerMs }: Measurement): StoredFigures {
  const { server = 0, worker = 0, api = 0 } = processorMs;
  return { stored, processorMs: server + worker + api, perSecond, answerP50Ms: answerMs.p50 };
}
