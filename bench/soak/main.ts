import { existsSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { whenStopIsAsked } from '../../runtime/process';
import { judge } from './judgement';
import { mustHaveProc } from './processes';
import { report } from './report';
import { soak, type SoakPlan } from './run';
import { readSamples, type Sample } from './sample';

interface Options extends SoakPlan {
  warmUpMinutes?: number;
  judge?: string;
}

/** Temporal keeps the state of what is closed in memory for an hour, so a third of three hours is not judged. */
const WARM_UP_SHARE = 1 / 3;
const DEFAULT_MINUTES = 180;

/** `npm run soak`: hours of a steady load, after which nothing may have grown that is not explained. */
async function main(options: Options): Promise<boolean> {
  mustHaveProc();
  const samples = options.judge === undefined ? await measured(options) : readSamples(options.judge);
  const seconds = samples.at(-1)?.seconds ?? 0;
  const warmUpSeconds =
    options.warmUpMinutes === undefined ? seconds * WARM_UP_SHARE : options.warmUpMinutes * 60;
  const judged = judge(samples, warmUpSeconds);
  process.stdout.write(`${report(samples, judged, warmUpSeconds)}\n`);
  return judged.every(({ verdict }) => verdict !== 'grows');
}

async function measured(plan: SoakPlan): Promise<Sample[]> {
  const stopping = new AbortController();
  whenStopIsAsked(() => stopping.abort());
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await mkdir(path.dirname(path.resolve(plan.samplesFile)), { recursive: true });
  if (existsSync(plan.samplesFile)) rmSync(plan.samplesFile); // one run a file
  say(`${plan.minutes} minutes at ${plan.rate} orders a second; samples go to ${plan.samplesFile}`);
  return soak(plan, stopping.signal, say);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Must be a number above 0.');
  return value;
}

void new Command('soak')
  .description(
    'Sells at a steady rate for hours and fails when memory, descriptors, threads, sockets or files grow unexplained.',
  )
  .option('--minutes <n>', 'length of the load', positive, DEFAULT_MINUTES)
  .option('--rate <n>', 'orders a second', positive, 4)
  .option('--sample-every-seconds <n>', 'time between two samples', positive, 5)
  .option('--samples-file <file>', 'JSON lines, one sample each', 'artefacts/soak.jsonl')
  .option('--warm-up-minutes <n>', 'start of the run that is not judged (default: a third of it)', positive)
  .option('--judge <file>', 'starts nothing and judges the samples of an earlier run')
  .action(async (options: Options) => {
    if (!(await main(options))) process.exitCode = 1;
  })
  .parseAsync()
  .then(
    () => process.exit(),
    (fault: unknown) => {
      process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
      process.exit(1);
    },
  );
