import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { daysAfter, localDay, type LocalDay } from '../domain/local-time';
import type {
  ComparedFile,
  FetchedSettlement,
  SettlementFileRole,
} from '../domain/reconciliation/reconciliation';
import {
  MOST_PARTS,
  SourceFault,
  type FetchOutcome,
  type SettlementSource,
  type WantedFile,
} from '../domain/reconciliation/settlement-source';
import { temporaryFolder } from '../runtime/temporary-folder';

/** The `type` of the failure of a worker that has no source configured, or whose source failed in passing. */
export const SOURCE_FAILED = 'SettlementSourceFailed';

/** After so long a file that is being written is looked at again, milliseconds. */
const CHANGING_AGAIN_MS = 60_000;

/** A day's own file is not to be had. */
export interface NoFile {
  kind: 'file_missing' | 'source_refuses';
  detail: string;
}

/** The day's own file, or its first part, must be there; the others are fetched where they exist. */
export async function fetchAll(
  source: SettlementSource,
  day: LocalDay,
  folder: string,
  signal: AbortSignal,
  wantedFiles = filesWith(source, day),
): Promise<FetchedSettlement[] | NoFile> {
  const files: FetchedSettlement[] = [];
  for (const [role, wanted] of wantedFiles) {
    const { fetched, missed } = await fetchParts(source, wanted, folder, signal);
    files.push(...fetched.map((file) => fetchedFile(role, wanted, day, file)));
    if (missed.kind === 'refused') {
      return { kind: 'source_refuses', detail: `${wanted.kind} of ${wanted.day}: ${missed.detail}` };
    }
    if (role === 'day' && fetched.length === 0) return { kind: 'file_missing', detail: missed.detail };
    requireWhole(wanted, missed);
  }
  return files;
}

/** Why a file, or its next part, is not to be had. */
type Missed = Exclude<FetchOutcome, { kind: 'fetched' }>;

/**
 * A correction, a part or a neighbouring day that is just being written counts as not there to nobody: without it the day
 * could be called clean.
 */
function requireWhole({ kind, day }: WantedFile, missed: Missed): void {
  if (missed.kind !== 'not_there' || !missed.isChanging) return;
  throw ApplicationFailure.create({
    type: SOURCE_FAILED,
    message: `${kind} of ${day}: ${missed.detail}, so it may be incomplete`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: CHANGING_AGAIN_MS,
  });
}

/** A file, or its parts up to the first that is not there, and why there is no more. */
async function fetchParts(
  source: SettlementSource,
  wanted: WantedFile,
  folder: string,
  signal: AbortSignal,
): Promise<{ fetched: string[]; missed: Missed }> {
  const fetched: string[] = [];
  for (let part = 1; part <= (source.hasParts ? MOST_PARTS : 1); part += 1) {
    const file = path.join(folder, `${wanted.kind}-${wanted.day}.${part}`);
    const outcome = await fetchOnce(
      source,
      { ...wanted, ...(source.hasParts ? { part } : {}) },
      file,
      signal,
    );
    if (outcome.kind !== 'fetched') return { fetched, missed: outcome };
    fetched.push(file);
  }
  return { fetched, missed: { kind: 'not_there', detail: 'there are no more parts' } };
}

/** A correction names its day where that is not the one that is reconciled. */
function fetchedFile(
  role: SettlementFileRole,
  wanted: WantedFile,
  day: LocalDay,
  file: string,
): FetchedSettlement {
  const isOfAnotherDay = role === 'other_day' || (role === 'correction' && wanted.day !== day);
  return { role, ...(isOfAnotherDay ? { of: wanted.day } : {}), path: file };
}

/** The files of a day that is in question; none where the day's own file is not to be had, or the day is not over. */
export async function fetchOther(
  source: SettlementSource,
  day: LocalDay,
  folder: string,
  signal: AbortSignal,
): Promise<FetchedSettlement[]> {
  if (day >= localDay(new Date())) return [];
  const files: FetchedSettlement[] = [];
  for (const [role, wanted] of filesOfDay(source, day, 'other_day')) {
    const { fetched, missed } = await fetchParts(source, wanted, folder, signal);
    requireWhole(wanted, missed);
    files.push(...fetched.map((file) => ({ role, of: day, path: file })));
    if (role === 'other_day' && fetched.length === 0) return [];
  }
  return files;
}

/** A day's own file, and its corrections where the source tells them apart. */
function filesOfDay(
  { hasCorrections }: SettlementSource,
  day: LocalDay,
  role: SettlementFileRole,
): [SettlementFileRole, WantedFile][] {
  return [
    [role, { day, kind: 'settlement' }],
    ...(hasCorrections
      ? [['correction', { day, kind: 'correction' }] satisfies [SettlementFileRole, WantedFile]]
      : []),
  ];
}

/** With those of its neighbours. The next day's file is used once that day is over: until then it is incomplete. */
function filesWith(source: SettlementSource, day: LocalDay): [SettlementFileRole, WantedFile][] {
  const [lastDay, nextDay] = [daysAfter(day, -1), daysAfter(day, 1)];
  return [
    ...filesOfDay(source, day, 'day'),
    ...filesOfDay(source, lastDay, 'last_day'),
    ...(nextDay < localDay(new Date()) ? filesOfDay(source, nextDay, 'next_day') : []),
  ];
}

async function fetchOnce(source: SettlementSource, wanted: WantedFile, into: string, signal: AbortSignal) {
  try {
    return await source.fetch(wanted, into, signal);
  } catch (fault) {
    if (!(fault instanceof SourceFault)) throw fault;
    throw ApplicationFailure.create({
      type: SOURCE_FAILED,
      message: `${wanted.kind} of ${wanted.day}: ${fault.message}`,
      category: ApplicationFailureCategory.BENIGN,
      ...(fault.retryAfterMs === undefined ? {} : { nextRetryDelay: fault.retryAfterMs }),
    });
  }
}

/**
 * Whether the source has files of a day that are not those of its last comparison: a correction, the next day's file,
 * or another file in an old one's place. A source that fails now has nothing new to offer. One that is clean needs its
 * neighbours' files no more, so only its own are looked at.
 */
export async function hasNewFile(
  source: SettlementSource,
  day: LocalDay,
  { compared, isClean }: { compared: readonly ComparedFile[]; isClean: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const folder = await temporaryFolder('settlement');
  try {
    const wanted = isClean ? filesOfDay(source, day, 'day') : filesWith(source, day);
    const fetched = await fetchAll(source, day, folder, signal, wanted);
    if (!Array.isArray(fetched)) return false;
    const before = new Set(compared.map(nameOf));
    for (const { role, of, path: file } of fetched) {
      const digest = createHash('sha256');
      await pipeline(createReadStream(file), digest, { signal });
      const name = nameOf({ role, ...(of === undefined ? {} : { of }), sha256: digest.digest('hex') });
      if (!before.has(name)) return true;
    }
    return false;
  } catch (fault) {
    signal.throwIfAborted();
    if (fault instanceof ApplicationFailure && fault.type === SOURCE_FAILED) return false;
    throw fault;
  } finally {
    await rm(folder, { recursive: true, force: true }); // it holds subscribers' numbers
  }
}

function nameOf({ role, of, sha256 }: ComparedFile): string {
  return `${role} ${of ?? ''} ${sha256}`;
}
