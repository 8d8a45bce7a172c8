import ms, { type StringValue } from 'ms';
import { purchasePolicy } from '../../runtime/configuration/purchase-policy';
import { loadConfig, type Config } from '../../config';
import { EmbeddedStack, IS_CLUSTER } from '../support/embedded-stack';
import { drawStrikes } from './chaos-plan';
import { runChaos, type ChaosReport } from './chaos-run';
import { CHAOS_SETTINGS, CHAOS_VALUES } from './settings';
import { troubleKinds, TROUBLE_KINDS, type Place } from './trouble-plan';
import { TroubledPlaces } from './troubled-places';

/** Kills, freezes and troubles together. */
const STRIKES = Number(process.env['CHAOS_KILLS'] ?? 8);
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const TROUBLES = troubleKinds(process.env['CHAOS_TROUBLES'] ?? 'delay,trickle');
/** The short form is of seconds, on a machine that does something else besides; the long one keeps the promise. */
const IS_SHORT = STRIKES < 20;
const LONGEST_TROUBLE_MS = IS_SHORT ? 3_000 : 60_000;
const REST_LIMIT_MS = IS_SHORT ? 300_000 : 120_000;
const PROFILE = process.env['SANDBOX_PROFILE'];
const REPLAY = [
  ...(IS_CLUSTER ? ['STACK=cluster'] : []),
  ...(PROFILE === undefined ? [] : [`SANDBOX_PROFILE='${PROFILE}'`]),
  `CHAOS_KILLS=${STRIKES} CHAOS_SEED=${SEED} CHAOS_TROUBLES=${TROUBLES.join(',') || 'none'} npm run test:chaos`,
].join(' ');
/** The parts of a stack with two workers. */
const PARTS = ['temporal', 'sandbox', 'worker', 'api', 'worker-2'];

/** How long an attempt may last under the settings, as every purchase's policy has it. */
const inMs = (setting: StringValue): number => ms(setting);
const CONFIG = loadConfig(CHAOS_SETTINGS);
const ATTEMPT_MS = purchasePolicy({
  ...CONFIG,
  fixed: { ...CONFIG.fixed, ...CHAOS_VALUES },
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
        expect(strikes.filter(({ target }) => target === name).length).toBeGreaterThanOrEqual(30);
      }
    },
  );

  it.each(SEEDS)('kills and freezes, for less and for more than an attempt lasts (seed %i)', (seed) => {
    const freezes = drawStrikes(seed, 200, PARTS).flatMap(({ target, blow }) =>
      blow.kind === 'freeze' ? [{ target, forMs: blow.forMs }] : [],
    );

    expect(freezes.length).toBeGreaterThan(50);
    expect(freezes.length).toBeLessThan(150);
    expect(Math.min(...freezes.map(({ forMs }) => forMs))).toBeLessThan(CHAOS_VALUES.heartbeatTimeoutMs);
    expect(Math.max(...freezes.map(({ forMs }) => forMs))).toBeGreaterThan(ATTEMPT_MS);
    const ofMobiFone = freezes.filter(({ target }) => target === 'sandbox').map(({ forMs }) => forMs);
    expect(Math.max(...ofMobiFone)).toBeLessThan(inMs(CHAOS_SETTINGS.MOBIFONE_FINAL_AFTER));
  });

  it.each(SEEDS)('never waits for a part that is silent to be struck (seed %i)', (seed) => {
    const strikes = drawStrikes(seed, 200, PARTS);

    const impossible = strikes.filter(
      ({ target, moment }, at) =>
        moment.when === 'the last one is still silent' && strikes[at - 1]?.target === target,
    );
    expect(impossible).toEqual([]);
  });
});

describe('what a seed draws where the machine is in trouble too', () => {
  const PLACES: Place[] = [
    { name: 'disk', kinds: ['full_disk', 'failing_disk'] },
    { name: 'line', kinds: ['swallow', 'delay', 'reset', 'trickle'] },
    { name: 'clock', kinds: ['clock_step'] },
  ];
  const drawn = (seed: number, longestMs = 60_000) =>
    drawStrikes(seed, 240, PARTS, { places: PLACES, longestMs });
  const isPlace = (name: string): boolean => PLACES.some((place) => place.name === name);

  it.each([1, 2, 3])(
    'strikes parts and places in turn, with each kind of trouble where it belongs (seed %i)',
    (seed) => {
      const strikes = drawn(seed);
      expect(drawn(seed)).toEqual(strikes);
      const kinds = new Set(strikes.map(({ blow }) => blow.kind));
      expect([...kinds].toSorted()).toEqual(['freeze', 'kill', ...TROUBLE_KINDS].toSorted());
      for (const { target, blow } of strikes) {
        const possible: readonly string[] = PLACES.find(({ name }) => name === target)?.kinds ?? [
          'kill',
          'freeze',
        ];
        expect(possible).toContain(blow.kind);
      }
    },
  );

  it.each([1, 2, 3])('never waits for a place to be silent or to start (seed %i)', (seed) => {
    const strikes = drawn(seed);
    const impossible = strikes.filter(
      ({ target, moment }, at) =>
        (moment.when === 'it is starting' && isPlace(target)) ||
        (moment.when === 'the last one is still silent' && isPlace(strikes[at - 1]?.target ?? 'disk')),
    );
    expect(impossible).toEqual([]);
  });

  it('lasts no longer than it may', () => {
    const lasts = drawn(1, 2_000).flatMap(({ target, blow }) =>
      isPlace(target) && 'forMs' in blow ? [blow.forMs] : [],
    );
    expect(lasts.length).toBeGreaterThan(50);
    expect(Math.max(...lasts)).toBe(2_000);
  });
});

describe('what CHAOS_TROUBLES asks for', () => {
  it.each([
    ['all', [...TROUBLE_KINDS]],
    ['none', []],
    ['delay,clock_step', ['delay', 'clock_step']],
  ] as const)('%s', (text, kinds) => expect(troubleKinds(text)).toEqual(kinds));

  it('is refused with the kinds there are', () => {
    expect(() => troubleKinds('flood')).toThrow('"flood" is none of all, none, full_disk');
  });
});

describe('the whole product with two workers, its parts killed and frozen at any moment while customers buy', () => {
  const surroundings = new TroubledPlaces(TROUBLES);
  let stack: EmbeddedStack | undefined;
  beforeAll(async () => {
    const surround = (config: Config) => surroundings.prepare(config);
    stack = await EmbeddedStack.start(CHAOS_SETTINGS, { twoWorkers: true, surround });
  });
  afterAll(async () => {
    await stack?.end();
    await surroundings.remove();
  });

  it(`loses no accepted purchase and does nothing twice (replay: ${REPLAY})`, async () => {
    if (!stack) throw new Error('the stack was not started');
    for (const sentence of surroundings.missing) process.stderr.write(`${sentence}\n`);
    const plan = {
      seed: SEED,
      count: STRIKES,
      surroundings,
      longestTroubleMs: LONGEST_TROUBLE_MS,
      restLimitMs: REST_LIMIT_MS,
    };
    const report = await runChaos(stack, plan, progress);

    progress(tableOf(report));
    expect(report.wrong).toEqual([]);
    expect(report.submitted).toBeGreaterThan(STRIKES);
  });
});

function tableOf(report: ChaosReport): string {
  const { kills, freezes, troubles, moments, restAfterMs, outcomes, excused } = report;
  const rows = (title: string, counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => `  ${title} ${name}: ${count}`);
  const all = (counts: Record<string, number>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    `seed ${SEED}, ${all(kills)} kills, ${all(freezes)} freezes and ${all(troubles)} troubles in ${report.tookSeconds} s`,
    ...rows('killed', kills),
    ...rows('frozen', freezes),
    ...rows('trouble', troubles),
    ...rows('struck when', moments),
    `  healings: ${restAfterMs.length}, at rest after ${Math.max(0, ...restAfterMs)} ms at most`,
    `  purchases submitted: ${report.submitted}`,
    `  submissions unanswered at first: ${report.unanswered}`,
    ...rows('purchases', outcomes),
    ...rows('excused:', excused),
    `  invariants broken, or anything else wrong: ${report.wrong.length}`,
  ].join('\n');
}
