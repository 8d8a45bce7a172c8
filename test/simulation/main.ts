import { Command, InvalidArgumentError, Option } from 'commander';
import path from 'node:path';
import '../support/quiet-runtime';
import { loadConfig } from '../../config';
import { bundleWorkflows } from '../setup/workflow-bundle';
import { timeSkippingTestServer } from '../../dev/temporal/executable';
import { TEST_ENVIRONMENT } from '../support/test-environment';
import { Tally } from './tally';
import { PROFILE_CHOICES, type ProfileChoice } from './profiles';
import { runSeed } from './seeded-runs';
import { Simulation } from './simulation';

interface Options {
  runs: number;
  seed: number;
  json: boolean;
  trace: boolean;
  profile: ProfileChoice;
  shrink: boolean;
}

/** `npm run simulate`: seeded purchases under every fault; exits with 1 when an invariant broke. */
async function simulate({ runs, seed: firstSeed, json, trace, profile, shrink }: Options): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const config = loadConfig();
  process.env[TEST_ENVIRONMENT.testServer] = await timeSkippingTestServer(config, say);
  const bundle = await bundleWorkflows(path.resolve(config.CACHE_DIR), 'workflow-bundle');
  const simulation = new Simulation(bundle);
  const tally = new Tally();
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const run = await runSeed(simulation, seed, profile, shrink);
    tally.add(run);
    if (trace) say(run.report.story());
    if (run.failing) say(`${run.failing.story}\n${Tally.howToReplay(run.failing.seed, profile)}`);
    say(Tally.progress(run));
  }
  process.stdout.write(json ? `${JSON.stringify(tally.result())}\n` : tally.inWords());
  process.exitCode = tally.result().broken === 0 ? 0 : 1;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

void new Command('simulate')
  .description('Sells purchases under seeded faults on the time-skipping server and checks every invariant.')
  .option('--runs <count>', 'how many runs, of up to 25 purchases each', wholeNumber, 20)
  .option('--seed <number>', 'the first run’s seed; each next run has the next', wholeNumber, 1)
  .addOption(
    new Option('--profile <which>', 'which promises MobiFone keeps; `drawn` leaves it to the seed')
      .choices(PROFILE_CHOICES)
      .default('drawn'),
  )
  .option('--no-shrink', 'leave a plan that breaks an invariant as it was drawn')
  .option('--json', 'one JSON object on stdout', false)
  .option('--trace', 'tell what happened to every purchase', false)
  .action(simulate)
  .parseAsync();
