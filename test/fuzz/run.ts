import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadConfig } from '../../config';
import { readJsonFile } from '../../runtime/json-file';
import { temporalCli } from '../../dev/temporal/executable';
import { EmbeddedStack } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { TEST_ENVIRONMENT } from '../support/test-environment';
import { installedSchemathesis } from './schemathesis';

const USAGE = 'usage: npm run test:fuzz -- [--requests N] [--max-examples N] [--seed N]';
const count = z.coerce.number().int().min(1);
const settingsSchema = z.strictObject({
  /** Rounds follow each other, each with the next seed, until so many requests were sent. */
  requests: count.default(20_000),
  /** Test cases of a phase for one operation. */
  'max-examples': count.default(300),
  seed: count.default(() => 1 + Math.floor(Math.random() * 1_000_000)),
});

/** What of schemathesis’ own report is read. */
const reportSchema = z.object({
  stop_reason: z.string(),
  test_cases: z.object({ generated: z.number(), unique_failures: z.number() }),
  operations: z.object({ tested: z.number() }),
  errors: z.array(z.unknown()),
});

/** Calls that lose their reply are settled within the run, and no limit of ours may stand before an answer. */
const STACK = {
  MOBIFONE_CALL_TIMEOUT: '500ms',
  ...withFixedValues({ retryInitialMs: 100, anonymousPerMinute: 1_000_000 }),
  API_RATE_LIMIT: '1000000',
  LOG_LEVEL: 'warn',
};
const FRESH_ORDERS = 500;
const CLI = 'from schemathesis.cli import schemathesis; schemathesis()';

interface Round {
  requests: number;
  failures: number;
  operations: number;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const sum = (rounds: readonly Round[], what: 'requests' | 'failures') =>
  rounds.reduce((total, round) => total + round[what], 0);

/** Drives every operation of the OpenAPI document of a real stack. @returns whether nothing was found */
async function main(): Promise<boolean> {
  const { requests, seed, ...settings } = readSettings();
  const config = loadConfig();
  const packages = await installedSchemathesis(config.CACHE_DIR);
  process.env[TEST_ENVIRONMENT.cli] = await temporalCli(config, say);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-fuzz-'));
  const rounds: Round[] = [];
  try {
    const stack = await EmbeddedStack.start(STACK);
    try {
      do {
        const round = { seed: seed + rounds.length, maxExamples: settings['max-examples'], packages, folder };
        rounds.push(await fuzz(stack, round));
        say(
          `seed ${round.seed}: ${sum(rounds, 'requests')} requests so far, ${sum(rounds, 'failures')} failures`,
        );
      } while (sum(rounds, 'requests') < requests && sum(rounds, 'failures') === 0);
    } finally {
      await stack.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const [failures, sent] = [sum(rounds, 'failures'), sum(rounds, 'requests')];
  say(`Fuzzed ${rounds[0]?.operations} operations with ${sent} requests: ${failures} failures.`);
  return failures === 0;
}

function readSettings() {
  const names = Object.keys(settingsSchema.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]));
  const settings = settingsSchema.safeParse(parseArgs({ options }).values);
  if (settings.success) return settings.data;
  throw new Error(`${USAGE}\n${z.prettifyError(settings.error)}`);
}

/** One run of schemathesis; what it found is printed with the requests that show it. */
async function fuzz(
  stack: EmbeddedStack,
  {
    seed,
    maxExamples,
    packages,
    folder,
  }: { seed: number; maxExamples: number; packages: string; folder: string },
): Promise<Round> {
  const configuration = path.join(folder, 'schemathesis.toml');
  const report = path.join(folder, 'report.json');
  await copyFile(path.join(__dirname, 'schemathesis.toml'), configuration);
  const orders = Array.from({ length: FRESH_ORDERS }, (_, index) => `"fuzz-${seed}-${index}"`);
  await writeFile(path.join(folder, 'orders.dict'), `${orders.join('\n')}\n`);
  await rm(report, { force: true });
  const words = ['--config-file', configuration, 'run', `${stack.apiUrl}/openapi.json`];
  const options = `--no-color --generation-database none --report json --seed ${seed} --max-examples ${maxExamples}`;
  const child = spawn('python3', ['-c', CLI, ...words, ...options.split(' '), '--report-json-path', report], {
    cwd: folder,
    env: {
      ...process.env,
      PYTHONPATH: packages,
      PYTHONUTF8: '1',
      NO_PROXY: '127.0.0.1',
      FUZZ_KEY: stack.key(),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [[code], output] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  if (code !== 0) say(output);
  const { test_cases, stop_reason, errors, operations } = readJsonFile(report, reportSchema, '');
  const failures = test_cases.unique_failures + errors.length;
  if (stop_reason !== 'completed' || (code !== 0 && failures === 0)) {
    throw new Error(`schemathesis did not come to an end (${stop_reason}, exit ${code})`);
  }
  return { requests: test_cases.generated, failures, operations: operations.tested };
}

main().then(
  (clean) => (process.exitCode = clean ? 0 : 1),
  (fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exitCode = 1;
  },
);
