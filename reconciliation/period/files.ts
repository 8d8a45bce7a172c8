import path from 'node:path';
import { createReadStream } from 'node:fs';
import type { LocalDay } from '../../domain/local-time';
import { MOST_PARTS, type SettlementSource } from '../../domain/reconciliation/settlement-source';
import { isDayOver } from '../day-over';
import { namingFaults, type NamedInput } from '../reading';
import { IsolatedSettlementFile } from '../reader/isolated-file';
import type { SettlementFileOptions } from '../settlement-file';
import { timesOfFile } from '../settlement-times';

/** A file is refused by the source, or is still being written; the message says which, and why. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

/** The files of many days, each fetched once into a folder and opened as often as it is read. */
export class PeriodFiles {
  private readonly fetched = new Map<
    LocalDay,
    Promise<{ settlements: string[]; corrections: string[] } | undefined>
  >();

  /** @param folder is emptied by the caller: the files hold subscribers' numbers */
  constructor(
    private readonly source: SettlementSource,
    private readonly folder: string,
    private readonly reading: SettlementFileOptions,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * A day's file, or its parts, and its correction; none where the day's own file is not there, or the day is not over.
   * @throws FileRefused, SourceFault
   */
  readonly filesOf = async (of: LocalDay): Promise<readonly NamedInput[]> => {
    const known = this.fetched.get(of) ?? this.fetch(of);
    this.fetched.set(of, known);
    const files = await known;
    if (!files) return [];
    const opened = (file: string, role: 'day' | 'correction') =>
      namingFaults(
        of,
        new IsolatedSettlementFile(createReadStream(file), {
          ...this.reading,
          times: timesOfFile(of, role),
        }),
      );
    return [
      ...files.settlements.map((file) => ({ role: 'other_day' as const, of, source: opened(file, 'day') })),
      ...files.corrections.map((file) => ({
        role: 'correction' as const,
        of,
        source: opened(file, 'correction'),
      })),
    ];
  };

  private async fetch(day: LocalDay): Promise<{ settlements: string[]; corrections: string[] } | undefined> {
    if (!isDayOver(day)) return undefined;
    const settlements = await this.fetchParts(day, 'settlement');
    if (settlements.length === 0) return undefined;
    const corrections = this.source.hasCorrections ? await this.fetchParts(day, 'correction') : [];
    return { settlements, corrections };
  }

  /** A file, or its parts up to the first that is not there. */
  private async fetchParts(day: LocalDay, kind: 'settlement' | 'correction'): Promise<string[]> {
    const { hasParts } = this.source;
    const files: string[] = [];
    for (let part = 1; part <= (hasParts ? MOST_PARTS : 1); part += 1) {
      const file = path.join(this.folder, `${kind}-${day}.${part}.csv`);
      const outcome = await this.source.fetch(
        { day, kind, ...(hasParts ? { part } : {}) },
        file,
        this.signal,
      );
      if (outcome.kind === 'refused') throw new FileRefused(`${kind} of ${day}: ${outcome.detail}`);
      if (outcome.kind === 'not_there' && outcome.isChanging) {
        throw new FileRefused(
          `${kind} of ${day}: ${outcome.detail}, so it may be incomplete; run again in a minute`,
        );
      }
      if (outcome.kind !== 'fetched') break;
      files.push(file);
    }
    return files;
  }
}
