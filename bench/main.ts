import { Command, InvalidArgumentError } from 'commander';
import { whenStopIsAsked } from '../runtime/process';
import { report } from './report';
import { asJson, benchResult, type SectionName } from './result';
import { BenchStopped, runSections, SECTION_NAMES } from './run-sections';
import { writeResult } from './written-result';

interface Options {
  json: boolean;
  quick: boolean;
  only?: SectionName[];
  open: number;
  stored: number;
  write: boolean;
}

/** `npm run bench`: measures, and prints the ratios first; progress goes to stderr. */
async function bench({ json, quick, only, open, stored, write }: Options): Promise<void> {
  const stopping = new AbortController();
  whenStopIsAsked(() => stopping.abort());
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const names = quick ? (['ratios'] as const) : (only ?? SECTION_NAMES);
  const settings = { quick, open, stored };
  const keep = write ? writeResult : () => undefined;
  const sections = await runSections(names, settings, say, keep, stopping.signal);
  const result = benchResult(sections);
  process.stdout.write(`${json ? asJson(result) : report(result)}\n`);
}

function sectionNames(text: string): SectionName[] {
  const names = text.split(',');
  const strange = names.find((name) => !SECTION_NAMES.some((known) => known === name));
  if (strange !== undefined)
    throw new InvalidArgumentError(`There is no "${strange}": ${SECTION_NAMES.join(', ')}.`);
  return SECTION_NAMES.filter((name) => names.includes(name));
}

function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

void new Command('bench')
  .description('Measures purchases side by side with the naive saga and with a workflow that does nothing.')
  .option('--json', 'one JSON object on stdout', false)
  .option('--quick', 'the ratios alone, in about two minutes', false)
  .option('--only <sections>', `some of ${SECTION_NAMES.join(', ')}, separated by commas`, sectionNames)
  .option('--open <count>', 'purchases that are open in the outage', count, 10_000)
  .option('--stored <count>', 'purchases that are stored in the end', count, 100_000)
  .option(
    '--write',
    'writes what was measured into bench/result.json, of which `npm run docs` makes the table of docs/performance.md',
    false,
  )
  .action(bench)
  .parseAsync()
  .then(
    () => process.exit(),
    (fault: unknown) => {
      process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
      process.exit(fault instanceof BenchStopped ? 130 : 1);
    },
  );
