import type { LocalDay } from '../local-time';

/** A file at the source: the settlement of a day, or what corrects it later. */
export interface WantedFile {
  day: LocalDay;
  kind: 'settlement' | 'correction';
  /** Of a day that comes in several files, counted from 1. */
  part?: number;
}

/** What came of fetching one file; what may be different the next time is thrown as `SourceFault`. */
export type FetchOutcome =
  | { kind: 'fetched' }
  /** `isChanging` where it is there, but may still be written. */
  | { kind: 'not_there'; detail: string; isChanging?: true }
  /** Asking again changes nothing: a person must. `detail` holds no secret. */
  | { kind: 'refused'; detail: string };

/** Where MobiFone's settlement files come from. */
export interface SettlementSource {
  /** Whether the place that is configured tells corrections from settlements. */
  hasCorrections: boolean;
  /** Whether a day may come in several files. */
  hasParts?: boolean;
  /**
   * Copies a file whole into another, or leaves nothing of use there.
   * @throws SourceFault when the source cannot be reached or broke off; the signal's reason when it ends the fetch
   */
  fetch(wanted: WantedFile, into: string, signal: AbortSignal): Promise<FetchOutcome>;
}

/** The source failed in a way that passes. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  /** @param retryAfterMs the pause that the source asks for */
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** The configured place of the files cannot be used; the message says what to write instead. */
export class SourceSettingsFault extends Error {
  override readonly name = 'SourceSettingsFault';
}

/** Limits of one file. */
export interface SourceLimits {
  largestBytes: number;
  /** For one file as a whole, milliseconds. */
  timeoutMs: number;
}

/** The place of a file: the configured one with its day and, where it has them, its kind and part filled in. */
export function placeOf(template: string, { day, kind, part = 1 }: WantedFile): string {
  return template.replaceAll('{date}', day).replaceAll('{kind}', kind).replaceAll('{part}', String(part));
}

/** A day of more files is no day: the source answers any number. */
export const MOST_PARTS = 100;
