import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * `npm run test:node24`: tests that touch what a release of Node may change (native code, the workflow VM, HTTP, streams,
 * encryption, whole processes) on the newest long-term release, which the npm package `node-<platform>-<processor>` brings.
 * Arguments are test paths instead of these.
 */
const VERSION = '24.21.0';
const TESTS = [
  'test/workflows/sale.test.ts',
  'test/workflows/sale-attempt.test.ts',
  'test/workflows/replay.test.ts',
  'test/client/waiting.test.ts',
  'test/mobifone',
  'test/encryption',
  'test/sdk/package.test.ts',
  'test/sdk/events.test.ts',
  'test/end-to-end/following.test.ts',
];

const root = path.resolve(__dirname, '../..');
const packageName = `node-${process.platform}-${process.arch}`;
const folder = path.join(root, '.cache/node24');
const node = path.join(folder, 'node_modules', packageName, 'bin/node');

function run(program: string, words: readonly string[]): void {
  const { status } = spawnSync(program, words, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(node)) {
  const quietly = ['--no-save', '--no-audit', '--no-fund', '--loglevel', 'error'];
  run('npm', ['install', '--prefix', folder, ...quietly, `${packageName}@${VERSION}`]);
}
const paths = process.argv.length > 2 ? process.argv.slice(2) : TESTS;
run(node, [require.resolve('jest/bin/jest'), ...paths]);
