import { measure, type Measurement } from '../measure';
import { NAIVE_CALLS_BEFORE_ANSWER, overhead, SAGA_CALLS_BEFORE_ANSWER, type Overhead } from '../overhead';
import type { Section } from './section';

/** What the gateway takes for a call, ms. */
const DELAYS = [0, 50, 150, 400] as const;
const SECONDS = 8;
const MANY = 50;

/** Purchases at a gateway that takes its time. */
export interface DelayFigures {
  delayMs: number;
  saga: Overhead;
  naive: Overhead;
  sagaAtOnce: Measurement;
  naiveAtOnce: Measurement;
}

/** What is left of a design's speed when the gateway is as slow as a real one. */
export const delays: Section<readonly DelayFigures[]> = {
  title:
    'Delays: one purchase at a time and fifty at once, the gateway answering at once and at 50, 150, 400 ms',
  stacks: [{ kind: 'tuned', saga: true }],
  async run(lab, _settings, say) {
    const figures: DelayFigures[] = [];
    await measure(lab, 'sagaByApi', 'tuned', { atOnce: 10, seconds: 2 }); // warm-up
    await measure(lab, 'naive', 'tuned', { atOnce: 10, seconds: 2 });
    for (const delayMs of DELAYS) {
      const saga = await overhead(lab, 'sagaByApi', SECONDS, SAGA_CALLS_BEFORE_ANSWER, delayMs);
      const naive = await overhead(lab, 'naive', SECONDS, NAIVE_CALLS_BEFORE_ANSWER, delayMs);
      await lab.gateway.order({ delayMs });
      const sagaAtOnce = await measure(lab, 'sagaByApi', 'tuned', { atOnce: MANY, seconds: SECONDS });
      const naiveAtOnce = await measure(lab, 'naive', 'tuned', { atOnce: MANY, seconds: SECONDS });
      await lab.gateway.order({});
      figures.push({ delayMs, saga, naive, sagaAtOnce, naiveAtOnce });
      say(
        `gateway at ${delayMs} ms: saga ${saga.overheadP50Ms.toFixed(1)} ms over it, ` +
          `naive ${naive.overheadP50Ms.toFixed(1)} ms`,
      );
    }
    return figures;
  },
};
