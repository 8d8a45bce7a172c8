import { constants, createReadStream } from 'node:fs';
import { visibleText } from '../../domain/harmless-text';
import { access, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Config } from '../../config';
import type { LocalDay } from '../../domain/local-time';
import type { CarriedOver } from '../../domain/reconciliation/reconciliation';
import { carriedOverFrom, ReportFault } from '../../reconciliation/carried-over';
import type { NamedInput } from '../../reconciliation/reading';
import type { FileRole } from '../../reconciliation/report';
import type { ThousandsRule } from '../../reconciliation/settlement-fields';
import { IsolatedSettlementFile } from '../../reconciliation/reader/isolated-file';
import type { SettlementFileOptions } from '../../reconciliation/settlement-file';
import { loadLayout } from '../../reconciliation/settlement-layout';
import { timesOfFile } from '../../reconciliation/settlement-times';
import type { SettlementEncoding } from '../../reconciliation/settlement-text';
import { FileNotWritten, replaceFile, type FileContent } from '../../runtime/whole-file';
import { date } from '../terminal/argument-values';
import { callerPath } from '../terminal/caller-path';
import { CommandFault, reasonOf } from '../terminal/command-fault';
import { printDocument } from '../terminal/output';

/** The settlement files of a run, and how to read them. `-` is standard input. */
export interface FileOptions {
  /** The day that is reconciled. */
  date: LocalDay;
  /** One, or the parts of the day. */
  settlement: readonly string[];
  nextDay?: string;
  lastDay?: string;
  correction: CorrectionFile[];
  otherDay: DayFile[];
  encoding?: SettlementEncoding;
  thousands?: ThousandsRule;
  /** A layout file, or the name of an example. */
  layout?: string;
}

/** A file of a day that is named with it. */
export interface DayFile {
  day: LocalDay;
  file: string;
}

/** A correction file, of the reconciled day unless it names another. */
export interface CorrectionFile {
  day?: LocalDay;
  file: string;
}

const DAY_AND_FILE = /^(\d{4}-\d{2}-\d{2})=(.+)$/s;

/**
 * Collects `--other-day`.
 * @throws InvalidArgumentError
 */
export function dayFiles(text: string, before: readonly DayFile[]): DayFile[] {
  const [, day, file] = DAY_AND_FILE.exec(text) ?? [];
  if (day !== undefined && file !== undefined) return [...before, { day: date(day), file }];
  throw new InvalidArgumentError('It must be a day and its file, such as 2026-11-20=settlement.csv.');
}

/**
 * Collects `--correction`.
 * @throws InvalidArgumentError
 */
export function correctionFiles(text: string, before: readonly CorrectionFile[]): CorrectionFile[] {
  return [...before, ...(DAY_AND_FILE.test(text) ? dayFiles(text, []) : [{ file: text }])];
}

export const STANDARD_INPUT = '-';

interface NamedFile {
  role: FileRole;
  option: string;
  file: string;
  of?: LocalDay;
}

function namedFiles({ settlement, correction, lastDay, nextDay, otherDay }: FileOptions): NamedFile[] {
  const named: NamedFile[] = [];
  for (const file of settlement) named.push({ role: 'day', option: '--settlement', file });
  for (const { day, file } of correction) {
    named.push({
      role: 'correction',
      option: '--correction',
      file,
      ...(day === undefined ? {} : { of: day }),
    });
  }
  if (lastDay !== undefined) named.push({ role: 'last_day', option: '--last-day', file: lastDay });
  if (nextDay !== undefined) named.push({ role: 'next_day', option: '--next-day', file: nextDay });
  for (const { day, file } of otherDay)
    named.push({ role: 'other_day', option: '--other-day', file, of: day });
  return named;
}

/**
 * Refuses files that cannot be read, before anything else is done. No file is opened: a pipe can be read only once.
 * @throws CommandFault that names the option
 */
export async function checkFiles(options: FileOptions): Promise<void> {
  const named = namedFiles(options);
  const piped = named.filter(({ file }) => file === STANDARD_INPUT);
  if (piped.length > 1) {
    const words = piped.map(({ option }) => option).join(' and ');
    throw new CommandFault(`${words} cannot share standard input: give all but one a file.`);
  }
  for (const { option, file } of named) {
    if (file === STANDARD_INPUT) continue;
    const full = callerPath(file);
    try {
      if ((await stat(full)).isDirectory()) throw unreadable(option, full, { code: 'EISDIR' });
      await access(full, constants.R_OK);
    } catch (fault) {
      throw fault instanceof CommandFault ? fault : unreadable(option, full, fault);
    }
  }
}

/** The settings of how files are read; see `config.ts`. */
type ReadingConfig = Pick<
  Config,
  'RECONCILIATION_RULES' | 'RECONCILIATION_ENCODING' | 'RECONCILIATION_LAYOUT'
>;

/** What is not given is as configured. */
export function readingOf(
  { encoding, thousands, layout }: Pick<FileOptions, 'encoding' | 'thousands' | 'layout'>,
  config: ReadingConfig,
): SettlementFileOptions {
  const place = layout === undefined ? config.RECONCILIATION_LAYOUT : callerLayout(layout);
  return {
    encoding: encoding ?? config.RECONCILIATION_ENCODING,
    thousands: thousands ?? config.RECONCILIATION_RULES.thousands,
    ...(place === undefined ? {} : { layout: loadLayout(place) }),
  };
}

/** A settlement file with its role. */
export type NamedSettlementFile = NamedInput & { source: IsolatedSettlementFile };

/**
 * The files in their roles; each is opened when it is read.
 * @param config how files are read where no option says so
 */
export function filesOf(options: FileOptions, config: ReadingConfig): NamedSettlementFile[] {
  const reading = readingOf(options, config);
  return namedFiles(options).map((named) => ({
    role: named.role,
    ...(named.of === undefined ? {} : { of: named.of }),
    source: new IsolatedSettlementFile(bytesOf(named), {
      ...reading,
      times: timesOfFile(options.date, named.role, named.of),
    }),
  }));
}

/**
 * The bytes of a file that a command was given; it is opened when it is read.
 * @throws CommandFault
 */
export async function* bytesOf({
  option,
  file,
}: Pick<NamedFile, 'option' | 'file'>): AsyncGenerator<Uint8Array> {
  const stream = file === STANDARD_INPUT ? process.stdin : createReadStream(callerPath(file));
  try {
    yield* stream as AsyncIterable<Uint8Array>; // without an encoding its chunks are bytes
  } catch (fault) {
    throw unreadable(option, file, fault);
  }
}

/**
 * The purchases that the last day's report expects in the files of this day; none without a report.
 * @throws ReportFault that begins with the file's name
 */
export async function carriedOverIn(
  file: string | undefined,
  day: LocalDay,
  key: string | undefined,
): Promise<CarriedOver[]> {
  if (file === undefined) return [];
  const text = await readFile(callerPath(file), 'utf8').catch((fault: NodeJS.ErrnoException) => {
    throw new ReportFault(`${file}: cannot be read (${fault.code ?? fault.message}).`);
  });
  try {
    return carriedOverFrom(text, day, key);
  } catch (fault) {
    if (fault instanceof ReportFault) throw new ReportFault(`${file}: ${fault.message}`, { cause: fault });
    throw fault;
  }
}

function unreadable(option: string, file: string, fault: unknown): CommandFault {
  return new CommandFault(`${option}: ${visibleText(file)} cannot be read: ${reasonOf(fault)}.`);
}

/** Where a document goes: an option without a value, or with `-`, means standard output. */
export type Destination = string | true | undefined;

/** A document that was asked for. */
export interface Wanted<T> {
  option: string;
  destination: Destination;
  document: (of: T) => FileContent;
}

/**
 * Refuses destinations that cannot work, before any work is done for them.
 * @throws CommandFault that names the option
 */
export async function checkDestinations(wanted: readonly Wanted<never>[]): Promise<void> {
  const printed = wanted
    .filter(({ destination }) => isStandardOutput(destination))
    .map(({ option }) => option);
  if (printed.length > 1) {
    throw new CommandFault(`${printed.join(' and ')} cannot share standard output: give all but one a file.`);
  }
  for (const { option, destination } of wanted) {
    if (typeof destination !== 'string' || isStandardOutput(destination)) continue;
    const file = callerPath(destination);
    const folder = await stat(path.dirname(file)).catch((fault: unknown) => {
      throw unwritable(option, file, `its folder cannot be used: ${reasonOf(fault)}`);
    });
    if (!folder.isDirectory()) throw unwritable(option, file, 'its folder is a file');
    const there = await stat(file).catch(() => undefined); // a new file
    if (there?.isDirectory()) throw unwritable(option, file, 'it is a folder');
  }
}

/**
 * Writes every document that was asked for.
 * @returns whether one of them went to standard output
 * @throws CommandFault that names the option whose file cannot be written
 */
export async function writeDocuments<T>(of: T, wanted: readonly Wanted<T>[]): Promise<boolean> {
  for (const { option, destination, document } of wanted) {
    if (typeof destination !== 'string' || isStandardOutput(destination)) continue;
    const file = callerPath(destination);
    await replaceFile(file, document(of)).catch((fault: unknown) => {
      throw unwritable(option, file, reasonOf(fault instanceof FileNotWritten ? fault.cause : fault));
    });
  }
  const printed = wanted.find(({ destination }) => isStandardOutput(destination));
  if (printed) await printDocument(printed.document(of));
  return printed !== undefined;
}

export function isStandardOutput(destination: Destination): boolean {
  return destination === true || destination === '-';
}

function unwritable(option: string, file: string, why: string): CommandFault {
  return new CommandFault(`${option}: ${file} cannot be written: ${why}.`);
}

/** A name without a path may be one of the examples. */
export function callerLayout(named: string): string {
  return named.includes('/') || named.includes('.') ? callerPath(named) : named;
}
