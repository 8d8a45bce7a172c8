import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config';
import { temporalCli, timeSkippingTestServer } from '../../dev/temporal/executable';
import { TEST_ENVIRONMENT } from '../support/test-environment';
import { behaviourTests, type TestsVerdict } from './behaviour-tests';
import { keyOf, killerOf, rememberKiller } from './killers';
import type { Mutation } from './mutation';
import { MUTATIONS } from './mutations';
import { ScratchCopy } from './scratch-copy';

/** What became of a mutation; only the first two prove that the tests notice it. */
type Fate = 'killed' | 'timed out' | 'SURVIVED' | 'BROKEN';

const say = (line: string) => process.stdout.write(`${line}\n`);
const { only } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [''] } } }).values;
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}

/** Breaks the product on purpose, one fault at a time, and tells which test notices each. */
async function main(): Promise<boolean> {
  const chosen = MUTATIONS.filter((mutation) => only.some((part) => keyOf(mutation).includes(part)));
  if (chosen.length === 0) throw new Error(`no mutation has "${only.join('" or "')}" in its file or name`);
  const config = loadConfig();
  const executables = {
    TEMPORAL_CLI_PATH: await temporalCli(config, say),
    [TEST_ENVIRONMENT.testServer]: await timeSkippingTestServer(config, say),
  };
  const copy = new ScratchCopy();
  const test: RunTests = (likeliest = '', files = []) =>
    behaviourTests(copy.folder, { ...executables, LIKELIEST_TESTS: likeliest }, stopping.signal, files);
  try {
    const sound = await test();
    if (sound.kind !== 'green') throw new Error(`without any mutation: ${JSON.stringify(sound, null, 1)}`);
    say(`${sound.passed} tests pass without any mutation; ${chosen.length} mutations follow.`);
    const startedAt = performance.now();
    const fates: Fate[] = [];
    for (const mutation of chosen) fates.push(await tried(mutation, copy, test));
    const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
    const counts = [...new Set(fates)].map((fate) => `${fates.filter((it) => it === fate).length} ${fate}`);
    say(`${fates.length} mutations in ${minutes} minutes: ${counts.join(', ')}`);
    return fates.every((fate) => fate === 'killed' || fate === 'timed out');
  } finally {
    copy.remove();
  }
}

type RunTests = (likeliest?: string, files?: readonly string[]) => Promise<TestsVerdict>;

/** A hang counts only when its tests are green again at once without the mutation: the machine was not to blame. */
async function tried(mutation: Mutation, copy: ScratchCopy, test: RunTests): Promise<Fate> {
  const startedAt = performance.now();
  const verdict = await copy.with(mutation, () => test(killerOf(mutation) ?? mutation.likeliest));
  const tell = (fate: Fate, how: string): Fate => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    say(`${fate.padEnd(9)} ${String(seconds).padStart(4)} s  ${keyOf(mutation)} – ${how}`);
    return fate;
  };
  const noticedBy = (
    fate: Fate,
    { test: words, file }: { test: string; file?: string | undefined },
  ): Fate => {
    if (file) rememberKiller(mutation, path.relative(copy.folder, file));
    return tell(fate, words);
  };
  switch (verdict.kind) {
    case 'green':
      return tell('SURVIVED', `breaks "${mutation.invariant}" and no test notices`);
    case 'failed':
      return noticedBy('killed', verdict);
    case 'broken':
      return tell('BROKEN', verdict.message);
    case 'hung': {
      const again = await test('', verdict.file ? [verdict.file] : []);
      return again.kind === 'green' ? noticedBy('timed out', verdict) : tell('BROKEN', JSON.stringify(again));
    }
  }
}

main().then(
  (allNoticed) => (process.exitCode = allNoticed ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
