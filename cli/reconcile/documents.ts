import { stat } from 'node:fs/promises';
import path from 'node:path';
import { FileNotWritten, replaceFile } from '../../runtime/whole-file';
import { callerPath } from '../terminal/caller-path';
import { CommandFault, reasonOf } from '../terminal/command-fault';

/** Where a document goes: an option without a value, or with `-`, means standard output. */
export type Destination = string | true | undefined;

/** A document that was asked for. */
export interface Wanted<T> {
  option: string;
  destination: Destination;
  document: (of: T) => string;
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
  if (printed) process.stdout.write(printed.document(of));
  return printed !== undefined;
}

export function isStandardOutput(destination: Destination): boolean {
  return destination === true || destination === '-';
}

function unwritable(option: string, file: string, why: string): CommandFault {
  return new CommandFault(`${option}: ${file} cannot be written: ${why}.`);
}
