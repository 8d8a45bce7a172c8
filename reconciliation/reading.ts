import type { PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { compareText } from '../runtime/text-order';
import type { CarriedOver } from '../domain/reconciliation/reconciliation';
import { Corrections } from './corrections';
import { dayOfFile } from './file-days';
import { purchasesWith, type InternalSide } from './internal-purchase';
import { Pairing } from './pairing';
import type { FileRole } from './report';
import { SettlementFileFault } from './settlement-text';
import type { SettlementFileSummary } from './settlement-file';

/** A settlement file, or lines in place of one. */
export interface SettlementInput {
  lines(): AsyncIterable<SettlementLine>;
  /** Called after the last line. */
  summary(): SettlementFileSummary;
}

/** A settlement file and whose it is. */
export interface NamedInput {
  role: FileRole;
  /** The day that an `other_day` is of, or a `correction` of another day than the one that is reconciled. */
  of?: LocalDay;
  source: SettlementInput;
}

/** Several files are read; which of them cannot be used must be told. */
export function namingFaults(name: string, file: SettlementInput): SettlementInput {
  return {
    async *lines(): AsyncGenerator<SettlementLine> {
      try {
        yield* file.lines();
      } catch (fault) {
        if (!(fault instanceof SettlementFileFault)) throw fault;
        throw new SettlementFileFault(`${name}: ${fault.message}`, { cause: fault });
      }
    },
    summary: () => file.summary(),
  };
}

/** What is read of a day. */
export interface BothSides {
  day: LocalDay;
  /** Our purchases. */
  internal: InternalSide;
  files: readonly NamedInput[];
  /** Days of which all that matters here is among `files`, so that none of them is looked for. */
  alsoKnown?: ReadonlySet<LocalDay>;
  /**
   * Finds the files of a day that is in question: this day's file has money for a sale of another day, which is timing
   * only if no file between has it. Nothing where that day's file is not to be had.
   */
  filesOf?: (day: LocalDay) => Promise<readonly NamedInput[]>;
  /** From the last day's report: purchases expected in this day's file; see `carriedOverBy`. */
  carriedOver?: readonly (CarriedOver | PurchaseId)[];
}

/**
 * Reads both sides of a day.
 * @returns the files that were read, those in question among them
 */
export async function paired(work: BothSides): Promise<{ pairing: Pairing; files: readonly NamedInput[] }> {
  const { internal, day, files, carriedOver, filesOf, alsoKnown } = work;
  const pairing = new Pairing(day);
  await pairing.takeInternal(internal.purchasesOf(day));
  await takeDay(day, files, day, (lines, corrections) => pairing.takeSettlement(lines, corrections));
  pairing.expect(carriedOver ?? []);
  await pairing.lookUp((ids) => purchasesWith(internal, ids));
  const read = [...files];
  const hasFile = (other: LocalDay) =>
    alsoKnown?.has(other) ||
    read.some((file) => file.role !== 'correction' && dayOfFile(file, day) === other);
  for (const other of pairing.daysInQuestion())
    if (!hasFile(other)) read.push(...((await filesOf?.(other)) ?? []));
  const others = new Set(read.map((file) => dayOfFile(file, day)));
  others.delete(day);
  for (const other of [...others].toSorted(compareText)) {
    await takeDay(other, read, day, (lines, corrections) => pairing.takeElsewhere(other, lines, corrections));
  }
  return { pairing, files: read };
}

/** A day's corrections are read first, since they replace lines of its file. */
async function takeDay(
  wanted: LocalDay,
  files: readonly NamedInput[],
  day: LocalDay,
  take: (lines: AsyncIterable<SettlementLine>, corrections: Corrections) => Promise<void>,
): Promise<void> {
  const ofTheDay = files.filter((file) => dayOfFile(file, day) === wanted);
  const corrections = new Corrections();
  for (const { role, source } of ofTheDay) if (role === 'correction') await corrections.take(source.lines());
  await take(linesOf(ofTheDay.filter(({ role }) => role !== 'correction')), corrections);
}

async function* linesOf(files: readonly NamedInput[]): AsyncGenerator<SettlementLine> {
  for (const { source } of files) yield* source.lines();
}
