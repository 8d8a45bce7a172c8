import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { jsonPointer } from './domain/json-pointer';

/** A file that the product is set up by cannot be used; the message names the file and every fault in it. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

/**
 * Reads a JSON file that a person wrote, by its schema.
 * @param whenMissing what to do about it, when there is no such file
 * @returns what the schema makes of it
 * @throws UnusableFile that lists all faults at once, each by its JSON pointer
 */
export function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  whenMissing: string,
): z.output<Schema> {
  const result = schema.safeParse(parse(file, readText(file, whenMissing)));
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `  ${jsonPointer(issue.path) || '(the whole)'}: ${issue.message}`,
  );
  throw new UnusableFile(`${file} cannot be used:\n${faults.join('\n')}`);
}

/** Writes a file that holds secrets: whole or not at all, so that a reader never sees half of it; for its owner only. */
export async function writeJsonFile(file: string, content: object): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(unfinished, file);
}

function readText(file: string, whenMissing: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') {
      throw new UnusableFile(`${file} is not there: ${whenMissing}`, { cause: fault });
    }
    throw new UnusableFile(`${file} cannot be read (${codeOf(fault)}).`, { cause: fault });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new UnusableFile(`${file} is not JSON: ${reason}`, { cause: fault });
  }
}

/** By its code and not its class: under jest, Node's own errors are of another realm. */
function codeOf(fault: unknown): string {
  return String((fault as NodeJS.ErrnoException).code ?? fault); // Node's file errors carry a code
}
