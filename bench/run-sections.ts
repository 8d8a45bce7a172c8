import { Lab } from './lab/lab';
import { thisMachine } from './machine';
import type { Figures, Measured, MeasuredSections, SectionName } from './result';
import { delays } from './sections/delays';
import { held } from './sections/held';
import { durability } from './sections/durability';
import { outage } from './sections/outage';
import { parts } from './sections/parts';
import { ratios } from './sections/ratios';
import { reads } from './sections/reads';
import type { Section, Settings } from './sections/section';
import { speed } from './sections/speed';
import { stored } from './sections/stored';
import { workers } from './sections/workers';

/** Every section, in the order of a full run: what fills a database comes last. */
const SECTIONS: { [Name in SectionName]: Section<Figures[Name]> } = {
  ratios,
  parts,
  speed,
  delays,
  workers,
  reads,
  held,
  outage,
  durability,
  stored,
};
export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[]; // keys of this very table

/** The bench was told to stop; what it had started is gone. */
export class BenchStopped extends Error {
  override readonly name = 'BenchStopped';
}

/**
 * Measures some sections, each on a lab of its own.
 * @param keep is given each section as soon as it is measured: a later one may fail
 * @param stopping aborted when the run is to end early
 * @throws BenchStopped, BenchPartDied, or what a section throws
 */
export async function runSections(
  names: readonly SectionName[],
  settings: Settings,
  say: (line: string) => void,
  keep: (section: MeasuredSections) => void,
  stopping: AbortSignal,
): Promise<MeasuredSections> {
  const measured: MeasuredSections = {};
  for (const name of names) {
    const section: MeasuredSections = { [name]: await runSection(name, settings, say, stopping) };
    keep(section);
    Object.assign(measured, section);
  }
  return measured;
}

async function runSection<Name extends SectionName>(
  name: Name,
  settings: Settings,
  say: (line: string) => void,
  stopping: AbortSignal,
): Promise<Measured<Name>> {
  const section = SECTIONS[name];
  const machine = thisMachine();
  const startedAt = performance.now();
  say(section.title);
  if (stopping.aborted) throw new BenchStopped('stopped');
  const lab = await Lab.start(section.stacks);
  try {
    say(`  the stack is up after ${elapsed(startedAt)}`);
    const figures = await Promise.race([
      section.run(lab, settings, (line) => say(`  ${line}`)),
      aborted(stopping),
    ]);
    return { machine, seconds: (performance.now() - startedAt) / 1000, figures };
  } finally {
    await lab.stop();
    say(`  done in ${elapsed(startedAt)}`);
  }
}

function aborted(stopping: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new BenchStopped('stopped'));
    if (stopping.aborted) stop();
    stopping.addEventListener('abort', stop, { once: true });
  });
}

function elapsed(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
