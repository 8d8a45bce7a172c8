import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { report } from './report';
import { asJson, benchResult, type BenchResult, type MeasuredSections } from './result';

const ROOT = path.resolve(__dirname, '..');
const FILE = path.join(__dirname, 'result.json');

/**
 * Writes a run down, and makes the table of docs/performance.md anew. Sections that it did not measure stay as they were
 * written before: each tells when it was measured and on what.
 */
export function writeResult(sections: MeasuredSections): void {
  const merged = benchResult({ ...writtenResult().sections, ...sections });
  writeFileSync(FILE, `${asJson(merged)}\n`);
  execFileSync('npm', ['run', '--silent', 'docs'], {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, 'inherit'],
  });
}

/** The table of docs/performance.md. */
export function writtenReport(): string {
  return report(writtenResult());
}

function writtenResult(): BenchResult {
  if (!existsSync(FILE)) return benchResult({});
  const { sections } = JSON.parse(readFileSync(FILE, 'utf8')) as BenchResult; // written by `writeResult` only
  return benchResult(sections);
}
