import { EmbeddedStack, IS_CLUSTER } from '../support/embedded-stack';
import { drawKills } from './chaos-plan';
import { runChaos, type ChaosReport } from './chaos-run';
import { CHAOS_SETTINGS } from './settings';

const KILLS = Number(process.env['CHAOS_KILLS'] ?? 8);
const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const REPLAY = `${IS_CLUSTER ? 'STACK=cluster ' : ''}CHAOS_KILLS=${KILLS} CHAOS_SEED=${SEED} npm run test:chaos`;
/** The parts of a stack of one each. */
const PARTS = ['temporal', 'sandbox', 'worker', 'api'];

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(600_000 + KILLS * 60_000);

/** The long form tells how far it is. */
const progress = (line: string): void => {
  if (process.env['CHAOS_KILLS'] !== undefined) process.stderr.write(`${line}\n`);
};

describe('what a seed draws', () => {
  it.each([1, 2, 3, 4, 5])(
    'kills each part at least 30 times in 200, and is drawn again the same (seed %i)',
    (seed) => {
      const kills = drawKills(seed, 200, PARTS);

      expect(kills).toHaveLength(200);
      expect(drawKills(seed, 200, PARTS)).toEqual(kills);
      for (const name of PARTS) {
        expect(kills.filter(({ part }) => part === name).length).toBeGreaterThanOrEqual(30);
      }
    },
  );

  it.each([1, 2, 3, 4, 5])('never waits for a part that is down to be killed (seed %i)', (seed) => {
    const kills = drawKills(seed, 200, PARTS);

    const impossible = kills.filter(
      ({ part, moment }, at) => moment.when === 'the last one is still down' && kills[at - 1]?.part === part,
    );
    expect(impossible).toEqual([]);
  });
});

describe('the whole product, its parts killed at any moment while customers buy', () => {
  let stack: EmbeddedStack;
  beforeAll(async () => (stack = await EmbeddedStack.start(CHAOS_SETTINGS)));
  afterAll(() => stack.end());

  it(`loses no accepted purchase and does nothing twice (replay: ${REPLAY})`, async () => {
    const report = await runChaos(stack, SEED, KILLS, progress);

    progress(tableOf(report));
    expect(report.wrong).toEqual([]);
    expect(report.submitted).toBeGreaterThan(KILLS);
  });
});

function tableOf({
  kills,
  moments,
  submitted,
  unanswered,
  outcomes,
  wrong,
  tookSeconds,
}: ChaosReport): string {
  const rows = (title: string, counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => `  ${title} ${name}: ${count}`);
  return [
    `seed ${SEED}, ${KILLS} kills in ${tookSeconds} s`,
    ...rows('killed', kills),
    ...rows('killed when', moments),
    `  purchases submitted: ${submitted}`,
    `  submissions unanswered at first: ${unanswered}`,
    ...rows('purchases', outcomes),
    `  invariants broken, or anything else wrong: ${wrong.length}`,
  ].join('\n');
}
