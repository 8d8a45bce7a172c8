import path from 'node:path';
import { createReadStream } from 'node:fs';
import type { LocalDay } from '../../domain/local-time';
import type { SettlementSource } from '../../domain/reconciliation/settlement-source';
import { isDayOver } from '../day-over';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import type { NamedInput, SettlementInput } from '../reading';
import { SettlementFileFault } from '../settlement-text';
import { SettlementFile, type SettlementFileOptions } from '../settlement-file';

/** The source refuses a file; the message says which, and why. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

/** Many files are read; which of them cannot be used must be told. */
function namingItsDay(day: LocalDay, file: SettlementFile): SettlementInput {
  return {
    async *lines(): AsyncGenerator<SettlementLine> {
      try {
        yield* file.lines();
      } catch (fault) {
        if (!(fault instanceof SettlementFileFault)) throw fault;
        throw new SettlementFileFault(`${day}: ${fault.message}`, { cause: fault });
      }
    },
    summary: () => file.summary(),
  };
}

/** The files of many days, each fetched once into a folder and opened as often as it is read. */
export class PeriodFiles {
  private readonly fetched = new Map<
    LocalDay,
    Promise<{ settlement: string; correction?: string } | undefined>
  >();

  /** @param folder is emptied by the caller: the files hold subscribers' numbers */
  constructor(
    private readonly source: SettlementSource,
    private readonly folder: string,
    private readonly reading: SettlementFileOptions,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * A day's file and its correction; none where the day's own file is not there, or the day is not over.
   * @throws FileRefused, SourceFault
   */
  readonly filesOf = async (of: LocalDay): Promise<readonly NamedInput[]> => {
    const known = this.fetched.get(of) ?? this.fetch(of);
    this.fetched.set(of, known);
    const files = await known;
    if (!files) return [];
    const opened = (file: string) =>
      namingItsDay(of, new SettlementFile(createReadStream(file), this.reading));
    return [
      { role: 'other_day', of, source: opened(files.settlement) },
      ...(files.correction === undefined
        ? []
        : [{ role: 'correction' as const, of, source: opened(files.correction) }]),
    ];
  };

  private async fetch(day: LocalDay): Promise<{ settlement: string; correction?: string } | undefined> {
    if (!isDayOver(day)) return undefined;
    const settlement = await this.fetchOne(day, 'settlement');
    if (settlement === undefined) return undefined;
    const correction = this.source.hasCorrections ? await this.fetchOne(day, 'correction') : undefined;
    return { settlement, ...(correction === undefined ? {} : { correction }) };
  }

  private async fetchOne(day: LocalDay, kind: 'settlement' | 'correction'): Promise<string | undefined> {
    const file = path.join(this.folder, `${kind}-${day}.csv`);
    const outcome = await this.source.fetch({ day, kind }, file, this.signal);
    if (outcome.kind === 'refused') throw new FileRefused(`${kind} of ${day}: ${outcome.detail}`);
    return outcome.kind === 'fetched' ? file : undefined;
  }
}
