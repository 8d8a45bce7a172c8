import type { Measurement } from '../measure';
import { measure } from '../measure';
import type { Section } from './section';

/** Purchases at once. */
const AT_ONCE = [1, 10, 50, 200] as const;
const DESIGNS = ['sagaByApi', 'sagaByClient', 'naive', 'nothing'] as const;
const SECONDS = 5;

/** Every design on both servers, from one purchase at a time to two hundred. */
export const speed: Section<readonly Measurement[]> = {
  title: 'Speed: every design at 1, 10, 50 and 200 at once, on the tuned and on the stock server',
  stacks: [
    { kind: 'tuned', saga: true },
    { kind: 'stock', saga: true },
  ],
  async run(lab, _settings, say) {
    const measured: Measurement[] = [];
    for (const server of ['tuned', 'stock'] as const) {
      for (const design of DESIGNS) await measure(lab, design, server, { atOnce: 10, seconds: 1 }); // warm-up
    }
    for (const atOnce of AT_ONCE) {
      for (const server of ['tuned', 'stock'] as const) {
        for (const design of DESIGNS) {
          const one = await measure(lab, design, server, { atOnce, seconds: SECONDS });
          say(`${design} on ${server}, ${atOnce} at once: ${one.perSecond.toFixed(1)}/s`);
          measured.push(one);
        }
      }
    }
    return measured;
  },
};
