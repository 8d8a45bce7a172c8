import ms, { type StringValue } from 'ms';
import { purchasePolicy } from '../../client/purchase-policy';
import { loadConfig } from '../../config';
import { EmbeddedStack, IS_CLUSTER } from '../support/embedded-stack';
import { drawStrikes } from './chaos-plan';
import { runChaos, type ChaosReport } from './chaos-run';
import { CHAOS_SETTINGS } from './settings';

/** Kills and freezes together. */
const STRIKES = Number(process.env['CHAOS_KILLS'] ?? 8);
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const PROFILE = process.env['SANDBOX_PROFILE'];
const REPLAY = [
  ...(IS_CLUSTER ? ['STACK=cluster'] : []),
  ...(PROFILE === undefined ? [] : [`SANDBOX_PROFILE='${PROFILE}'`]),
  `CHAOS_KILLS=${STRIKES} CHAOS_SEED=${SEED} npm run test:chaos`,
].join(' ');
/** The parts of a stack with two workers. */
const PARTS = ['temporal', 'sandbox', 'worker', 'api', 'worker-2'];

/** How long an attempt may last under the settings, as every purchase's policy has it. */
const inMs = (setting: StringValue): number => ms(setting);
const ATTEMPT_MS = purchasePolicy({
  ...loadConfig(CHAOS_SETTINGS),
  MOBIFONE_RATE_LIMIT: undefined,
}).attemptTimeout;

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(600_000 + STRIKES * 60_000);

/** The long form tells how far it is. */
const progress = (line: string): void => {
  if (process.env['CHAOS_KILLS'] !== undefined) process.stderr.write(`${line}\n`);
};

describe('what a seed draws', () => {
  const SEEDS = [1, 2, 3, 4, 5];

  it.each(SEEDS)(
    'strikes each part at least 30 times in 200, and is drawn again the same (seed %i)',
    (seed) => {
      const strikes = drawStrikes(seed, 200, PARTS);

      expect(strikes).toHaveLength(200);
      expect(drawStrikes(seed, 200, PARTS)).toEqual(strikes);
      for (const name of PARTS) {
        expect(strikes.filter(({ part }) => part === name).length).toBeGreaterThanOrEqual(30);
      }
    },
  );

  it.each(SEEDS)('kills and freezes, for less and for more than an attempt lasts (seed %i)', (seed) => {
    const freezes = drawStrikes(seed, 200, PARTS).flatMap(({ part, blow }) =>
      blow.kind === 'freeze' ? [{ part, forMs: blow.forMs }] : [],
    );

    expect(freezes.length).toBeGreaterThan(50);
    expect(freezes.length).toBeLessThan(150);
    expect(Math.min(...freezes.map(({ forMs }) => forMs))).toBeLessThan(
      inMs(CHAOS_SETTINGS.PURCHASE_HEARTBEAT_TIMEOUT),
    );
    expect(Math.max(...freezes.map(({ forMs }) => forMs))).toBeGreaterThan(ATTEMPT_MS);
    const ofMobiFone = freezes.filter(({ part }) => part === 'sandbox').map(({ forMs }) => forMs);
    expect(Math.max(...ofMobiFone)).toBeLessThan(inMs(CHAOS_SETTINGS.MOBIFONE_FINAL_AFTER));
  });

  it.each(SEEDS)('never waits for a part that is silent to be struck (seed %i)', (seed) => {
    const strikes = drawStrikes(seed, 200, PARTS);

    const impossible = strikes.filter(
      ({ part, moment }, at) =>
        moment.when === 'the last one is still silent' && strikes[at - 1]?.part === part,
    );
    expect(impossible).toEqual([]);
  });
});

describe('the whole product with two workers, its parts killed and frozen at any moment while customers buy', () => {
  let stack: EmbeddedStack;
  beforeAll(async () => (stack = await EmbeddedStack.start(CHAOS_SETTINGS, { twoWorkers: true })));
  afterAll(() => stack.end());

  it(`loses no accepted purchase and does nothing twice (replay: ${REPLAY})`, async () => {
    const report = await runChaos(stack, SEED, STRIKES, progress);

    progress(tableOf(report));
    expect(report.wrong).toEqual([]);
    expect(report.submitted).toBeGreaterThan(STRIKES);
  });
});

function tableOf(report: ChaosReport): string {
  const { kills, freezes, moments, outcomes, excused } = report;
  const rows = (title: string, counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => `  ${title} ${name}: ${count}`);
  const all = (counts: Record<string, number>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    `seed ${SEED}, ${all(kills)} kills and ${all(freezes)} freezes in ${report.tookSeconds} s`,
    ...rows('killed', kills),
    ...rows('frozen', freezes),
    ...rows('struck when', moments),
    `  purchases submitted: ${report.submitted}`,
    `  submissions unanswered at first: ${report.unanswered}`,
    ...rows('purchases', outcomes),
    ...rows('excused:', excused),
    `  invariants broken, or anything else wrong: ${report.wrong.length}`,
  ].join('\n');
}
