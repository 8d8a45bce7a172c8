import { historyFigures, type HistoryFigures } from '../history-figures';
import type { Lab } from '../lab/lab';
import type { ServerKind } from '../lab/stack';
import { measure, type Measurement } from '../measure';
import { overhead, SAGA_CALLS_BEFORE_ANSWER } from '../overhead';
import { median } from '../percentiles';
import type { Design } from '../designs';
import type { Section } from './section';

/** The figures that targets are set for, and what they were made of. */
export interface Ratios {
  /** Our purchases a second, as a share of a workflow's that does nothing. */
  vsDoNothing: number;
  /** Our purchases a second, as a multiple of the naive saga's on the stock server. */
  vsNaiveStock: number;
  /** Until the channel's answer, one order at a time through the HTTP API, less the gateway's own time. */
  overheadP50Ms: number;
  historyEvents: number;
  workflowTasks: number;
  /** Of each round. */
  rounds: readonly { saga: number; nothing: number; naiveStock: number }[];
  history: Record<'saga' | 'naive' | 'nothing', HistoryFigures>;
  processorMs: Measurement['processorMs'];
}

const AT_ONCE = 50;
/** The stock server is at its limit from about five at once on; with fifty the last of them would be waited for long. */
const QUICK_NAIVE_AT_ONCE = 10;

/** How long each load lasts, seconds: a process is slow while its code is new, so a short one would measure that. */
interface Plan {
  rounds: number;
  naiveAtOnce: number;
  warmUp: number;
  saga: number;
  nothing: number;
  naiveStock: number;
  alone: number;
}
const FULL: Plan = {
  rounds: 5,
  naiveAtOnce: AT_ONCE,
  warmUp: 6,
  saga: 15,
  nothing: 8,
  naiveStock: 10,
  alone: 6,
};
/** All of it in less than 50 s, the start of both servers included. */
const QUICK: Plan = {
  ...FULL,
  rounds: 1,
  naiveAtOnce: QUICK_NAIVE_AT_ONCE,
  warmUp: 3,
  saga: 7,
  nothing: 3,
  naiveStock: 4,
  alone: 3,
};

/** Loads take turns (A B C A B C), so that whatever else the machine does strikes all of them alike. */
export const ratios: Section<Ratios> = {
  title: 'Ratios: our saga, a workflow that does nothing, and the naive saga on the stock server, in turns',
  stacks: [
    { kind: 'tuned', saga: true },
    { kind: 'stock', saga: false },
  ],
  async run(lab, settings, say) {
    const plan = settings.quick ? QUICK : FULL;
    const load = (design: Design, server: ServerKind, seconds: number, atOnce: number = AT_ONCE) =>
      measure(lab, design, server, { atOnce, seconds });
    await warmUp(lab, plan.warmUp);
    const rounds: Round[] = [];
    while (rounds.length < plan.rounds) {
      const saga = await load('sagaByClient', 'tuned', plan.saga);
      const nothing = await load('nothing', 'tuned', plan.nothing);
      const naiveStock = await load('naive', 'stock', plan.naiveStock, plan.naiveAtOnce);
      const alone = await overhead(lab, 'sagaByApi', plan.alone, SAGA_CALLS_BEFORE_ANSWER);
      rounds.push({ saga, nothing, naiveStock, alone });
      say(
        `round ${rounds.length}: saga ${rate(saga)}, nothing ${rate(nothing)}, naive on stock ${rate(naiveStock)}; ` +
          `alone ${alone.overheadP50Ms.toFixed(1)} ms over the gateway's time`,
      );
    }
    return summary(lab, rounds);
  },
};

interface Round {
  saga: Measurement;
  nothing: Measurement;
  naiveStock: Measurement;
  alone: Awaited<ReturnType<typeof overhead>>;
}

/** First purchases pay for connections and compilation; they are not counted. */
async function warmUp(lab: Lab, seconds: number): Promise<void> {
  const loads: [Design, ServerKind, number][] = [
    ['sagaByApi', 'tuned', seconds / 2],
    ['sagaByClient', 'tuned', seconds],
    ['nothing', 'tuned', 1],
    ['naive', 'stock', 1],
  ];
  for (const [design, server, lasting] of loads)
    await measure(lab, design, server, { atOnce: 10, seconds: lasting });
}

async function summary(lab: Lab, rounds: readonly Round[]): Promise<Ratios> {
  const bought = (measured: (round: Round) => Measurement) =>
    rounds.flatMap((round) => measured(round).workflowIds.slice(-2));
  const tuned = lab.stack('tuned').client;
  const history = {
    saga: await historyFigures(
      tuned,
      bought(({ alone }) => alone.measurement),
    ),
    naive: await historyFigures(
      lab.stack('stock').client,
      bought(({ naiveStock }) => naiveStock),
    ),
    nothing: await historyFigures(
      tuned,
      bought(({ nothing }) => nothing),
    ),
  };
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  return {
    vsDoNothing: middle(({ saga, nothing }) => saga.perSecond / nothing.perSecond),
    vsNaiveStock: middle(({ saga, naiveStock }) => saga.perSecond / naiveStock.perSecond),
    overheadP50Ms: middle(({ alone }) => alone.overheadP50Ms),
    historyEvents: history.saga.historyEvents,
    workflowTasks: history.saga.workflowTasks,
    rounds: rounds.map(({ saga, nothing, naiveStock }) => ({
      saga: saga.perSecond,
      nothing: nothing.perSecond,
      naiveStock: naiveStock.perSecond,
    })),
    history,
    processorMs: rounds.at(-1)?.saga.processorMs ?? {},
  };
}

function rate({ perSecond }: Measurement): string {
  return `${perSecond.toFixed(1)}/s`;
}
