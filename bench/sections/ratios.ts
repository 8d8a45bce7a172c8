import { historyFigures, type HistoryFigures } from '../history-figures';
import type { Lab } from '../lab/lab';
import type { ServerKind } from '../lab/stack';
import { measure, type Measurement } from '../measure';
import { overhead, SAGA_CALLS_BEFORE_ANSWER, type Overhead } from '../overhead';
import { median } from '../percentiles';
import type { Design } from '../designs';
import type { Section } from './section';

/** How long the gateway takes for a call, ms. */
const DELAYS_MS = [0, 50, 150, 400] as const;
type Delay = `${(typeof DELAYS_MS)[number]}`;

/** The figures that targets are set for, and what they were made of. */
export interface Ratios {
  /**
   * Until the channel's answer, one order at a time through the HTTP API, less the gateway's own time, as a multiple of
   * the time of a workflow that does nothing; by what the gateway takes for a call, ms.
   */
  answerOverNothing: Readonly<Record<Delay, number>>;
  /** Our purchases a second, as a share of a workflow's that does nothing. */
  vsDoNothing: number;
  /** Our purchases a second, as a multiple of the naive saga's on the stock server. */
  vsNaiveStock: number;
  /** Processor milliseconds of a purchase, 50 at once through the client. */
  workerCpuMs: number;
  serverCpuMs: number;
  clientCpuMs: number;
  historyEvents: number;
  workflowTasks: number;
  /** Until the answer, less the gateway's own time, at a gateway that answers at once. */
  overheadP50Ms: number;
  /** Of each round. */
  rounds: readonly { saga: number; nothing: number; naiveStock: number; nothingAloneMs: number }[];
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
  nothingAlone: number;
  /** One at a time, by what the gateway takes for a call. */
  alone: Readonly<Record<Delay, number>>;
}
const FULL: Plan = {
  rounds: 5,
  naiveAtOnce: AT_ONCE,
  warmUp: 6,
  saga: 15,
  nothing: 8,
  naiveStock: 10,
  nothingAlone: 4,
  alone: { 0: 6, 50: 6, 150: 8, 400: 12 },
};
/** All of it in about two minutes, the start of both servers included. */
const QUICK: Plan = {
  ...FULL,
  rounds: 3,
  naiveAtOnce: QUICK_NAIVE_AT_ONCE,
  warmUp: 4,
  saga: 6,
  nothing: 3,
  naiveStock: 3,
  nothingAlone: 2,
  alone: { 0: 3, 50: 3, 150: 4, 400: 7 },
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
    await warmUp(lab, plan.warmUp);
    const rounds: Round[] = [];
    while (rounds.length < plan.rounds) {
      const round = await oneRound(lab, plan);
      rounds.push(round);
      say(`round ${rounds.length}: ${words(round)}`);
    }
    return summary(lab, rounds);
  },
};

async function oneRound(lab: Lab, plan: Plan): Promise<Round> {
  const load = (design: Design, server: ServerKind, seconds: number, atOnce: number = AT_ONCE) =>
    measure(lab, design, server, { atOnce, seconds });
  const saga = await load('sagaByClient', 'tuned', plan.saga);
  const nothing = await load('nothing', 'tuned', plan.nothing);
  const naiveStock = await load('naive', 'stock', plan.naiveStock, plan.naiveAtOnce);
  const nothingAlone = await load('nothing', 'tuned', plan.nothingAlone, 1);
  const alone = new Map<Delay, Overhead>();
  for (const delayMs of DELAYS_MS) {
    const seconds = plan.alone[delayMs];
    alone.set(`${delayMs}`, await overhead(lab, 'sagaByApi', seconds, SAGA_CALLS_BEFORE_ANSWER, delayMs));
  }
  return { saga, nothing, naiveStock, nothingAlone, alone };
}

/** The answer above the gateway's own time, as a multiple of a workflow that does nothing. */
function answerOverNothing({ alone, nothingAlone }: Round, delay: Delay): number {
  return (alone.get(delay)?.overheadP50Ms ?? Number.NaN) / nothingAlone.answerMs.p50;
}

function words(round: Round): string {
  const { saga, nothing, naiveStock, nothingAlone, alone } = round;
  const answers = DELAYS_MS.map((delayMs) => {
    const delay: Delay = `${delayMs}`;
    return `${delay}: ${answerOverNothing(round, delay).toFixed(2)} (${(alone.get(delay)?.overheadP50Ms ?? Number.NaN).toFixed(0)} ms)`;
  });
  return (
    `saga ${rate(saga)}, nothing ${rate(nothing)}, naive on stock ${rate(naiveStock)}; ` +
    `alone: nothing ${nothingAlone.answerMs.p50.toFixed(0)} ms, the answer over it by the gateway's delay ${answers.join(', ')}`
  );
}

interface Round {
  saga: Measurement;
  nothing: Measurement;
  naiveStock: Measurement;
  nothingAlone: Measurement;
  alone: ReadonlyMap<Delay, Overhead>;
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
      rounds.flatMap(({ alone }) => alone.get('0')?.measurement.workflowIds.slice(-2) ?? []),
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
  const cpu = (role: 'worker' | 'server' | 'load') =>
    middle(({ saga }) => saga.processorMs[role] ?? Number.NaN);
  return {
    answerOverNothing: {
      0: middle((round) => answerOverNothing(round, '0')),
      50: middle((round) => answerOverNothing(round, '50')),
      150: middle((round) => answerOverNothing(round, '150')),
      400: middle((round) => answerOverNothing(round, '400')),
    },
    vsDoNothing: middle(({ saga, nothing }) => saga.perSecond / nothing.perSecond),
    vsNaiveStock: middle(({ saga, naiveStock }) => saga.perSecond / naiveStock.perSecond),
    workerCpuMs: cpu('worker'),
    serverCpuMs: cpu('server'),
    clientCpuMs: cpu('load'),
    historyEvents: history.saga.historyEvents,
    workflowTasks: history.saga.workflowTasks,
    overheadP50Ms: middle(({ alone }) => alone.get('0')?.overheadP50Ms ?? Number.NaN),
    rounds: rounds.map(({ saga, nothing, naiveStock, nothingAlone }) => ({
      saga: saga.perSecond,
      nothing: nothing.perSecond,
      naiveStock: naiveStock.perSecond,
      nothingAloneMs: nothingAlone.answerMs.p50,
    })),
    history,
    processorMs: rounds.at(-1)?.saga.processorMs ?? {},
  };
}

function rate({ perSecond }: Measurement): string {
  return `${perSecond.toFixed(1)}/s`;
}
