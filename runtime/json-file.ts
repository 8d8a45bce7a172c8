import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { visibleJson, visibleText } from '../domain/harmless-text';
import { jsonPointer } from '../domain/json-pointer';
import { withoutNumbers } from '../domain/telephone-numbers';
import { duplicateKey } from './duplicate-keys';
import { changeableByAll } from './configuration/files-of-others';
import { codeOf } from './file-fault';
import { replaceFile, rewriteFile } from './whole-file';

/** A configuration file cannot be used; the message names the file and every fault in it. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

/**
 * Reads a JSON file that a person wrote, by its schema.
 * @param whenMissing advice for the message when the file is missing
 * @returns the schema's output
 * @throws UnusableFile that lists all faults at once, each by its JSON pointer; also when everybody may change the file
 */
export function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  whenMissing: string,
): z.output<Schema> {
  const text = readText(file, whenMissing);
  const open = changeableByAll(file);
  if (open !== undefined) throw new UnusableFile(`${file} is not used: ${open}.`);
  const content = parse(file, text);
  const twice = duplicateKey(text);
  if (twice)
    throw new UnusableFile(
      `${file} cannot be used:\n  ${visibleText(withoutNumbers(jsonPointer(twice)))}: occurs more than once; only one of them can be meant`,
    );
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) =>
      `  ${visibleText(withoutNumbers(jsonPointer(issue.path))) || '(the whole)'}: ${visibleText(withoutNumbers(issue.message))}`,
  );
  throw new UnusableFile(`${file} cannot be used:\n${faults.join('\n')}`);
}

/**
 * Writes a JSON file of secrets or state; see `replaceFile`.
 * @throws FileNotWritten
 */
export function writeJsonFile(file: string, content: object): Promise<void> {
  return replaceFile(file, jsonText(content));
}

/**
 * Changes a JSON file that running processes follow; see `rewriteFile`.
 * @throws FileNotWritten
 */
export function rewriteJsonFile(file: string, content: object): Promise<void> {
  return rewriteFile(file, jsonText(content));
}

/** JSON as in all our files and at a terminal, which obeys nothing in it: indented, with a final newline. */
export function jsonText(content: unknown): string {
  return `${visibleJson(JSON.stringify(content, null, 2))}\n`;
}

/** What JSON says; undefined for a text that is none, such as a line that a kill has torn. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readText(file: string, whenMissing: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, ''); // as some editors begin a file
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
    // neither the parser's message nor the fault goes on: it quotes the file, which may be one of secrets
    throw new UnusableFile(`${file} is not JSON${placeOf(text, String(fault))}.`);
  }
}

/** In which line the parser stopped, by the position or the piece of the text that it names; empty where neither says it. */
function placeOf(text: string, fault: string): string {
  const position = / at position (\d+)/.exec(fault)?.[1];
  const [, cut, piece] = /, (\.\.\.)?"([\s\S]*)"(?:\.\.\.)? is not valid JSON$/.exec(fault) ?? [];
  if (position !== undefined) return lineAt(text, Number(position));
  if (piece === undefined) return lineAt(text, text.length); // it ends too early
  const begin = text.indexOf(piece);
  if (begin < 0 || text.lastIndexOf(piece) !== begin) return '';
  return lineAt(text, begin + (cut === undefined ? 0 : QUOTED_BEFORE));
}

/** How many characters before the fault the parser quotes. */
const QUOTED_BEFORE = 10;

function lineAt(text: string, position: number): string {
  return ` (line ${text.slice(0, position).split('\n').length})`;
}
