import { measure } from '../measure';
import { median } from '../percentiles';
import type { Section } from './section';

/** What it costs that a sale outlives a power cut: the embedded server with and without it, in turns. */
export interface DurabilityFigures {
  atOnce: number;
  /** Purchases a second, each the median of the rounds. */
  perSecond: { durable: number; unsynced: number };
  /** One order at a time, until the channel has its answer, p50, ms. */
  aloneMs: { durable: number; unsynced: number };
  rounds: readonly { durable: number; unsynced: number }[];
}

const AT_ONCE = 50;
const ROUNDS = 4;
const WARM_UP_SECONDS = 4;
const LOAD_SECONDS = 8;
const ALONE_SECONDS = 4;
const SERVERS = { durable: 'tuned', unsynced: 'unsynced' } as const;

/** Servers take turns, so that whatever else the machine does strikes both alike. */
export const durability: Section<DurabilityFigures> = {
  title: 'Durability: the embedded server with every commit synchronised, and without, in turns',
  stacks: [
    { kind: 'tuned', saga: true },
    { kind: 'unsynced', saga: true },
  ],
  async run(lab, _settings, say) {
    const rate = async (server: keyof typeof SERVERS, seconds: number) =>
      (await measure(lab, 'sagaByApi', SERVERS[server], { atOnce: AT_ONCE, seconds })).perSecond;
    const alone = async (server: keyof typeof SERVERS) =>
      (await measure(lab, 'sagaByApi', SERVERS[server], { atOnce: 1, seconds: ALONE_SECONDS })).answerMs.p50;
    for (const server of ['durable', 'unsynced'] as const) await rate(server, WARM_UP_SECONDS);
    const rounds: { durable: number; unsynced: number; aloneDurable: number; aloneUnsynced: number }[] = [];
    while (rounds.length < ROUNDS) {
      const round = {
        durable: await rate('durable', LOAD_SECONDS),
        unsynced: await rate('unsynced', LOAD_SECONDS),
        aloneDurable: await alone('durable'),
        aloneUnsynced: await alone('unsynced'),
      };
      rounds.push(round);
      say(
        `round ${rounds.length}: durable ${round.durable.toFixed(1)}/s, unsynced ${round.unsynced.toFixed(1)}/s`,
      );
    }
    const middle = (of: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[of]));
    return {
      atOnce: AT_ONCE,
      perSecond: { durable: middle('durable'), unsynced: middle('unsynced') },
      aloneMs: { durable: middle('aloneDurable'), unsynced: middle('aloneUnsynced') },
      rounds: rounds.map(({ durable, unsynced }) => ({ durable, unsynced })),
    };
  },
};
