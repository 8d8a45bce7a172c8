import { pipeline } from 'node:stream/promises';
import { visibleText } from '../../domain/harmless-text';
import { jsonText } from '../../runtime/json-file';
import type { FileContent } from '../../runtime/whole-file';
import { EXIT } from './exit-codes';

/** The option of every verb that prints a result. */
export interface JsonOption {
  json?: boolean;
}

/** Prints a result on standard output: as JSON with `--json`, else in words. */
export function print({ json }: JsonOption, result: unknown, words: () => readonly string[]): void {
  if (json) process.stdout.write(jsonText(result));
  else say(...words());
}

/**
 * Writes lines to standard output, which holds results and nothing else. Each is one line, whatever texts from outside are
 * in it: a line break in them is shown, as is all else that a terminal would obey.
 */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${visibleText(line)}\n`);
}

/** Writes lines to standard error as `say` does: progress, questions, advice and errors. */
export function tell(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${visibleText(line)}\n`);
}

/**
 * Writes a document to standard output, byte for byte as to a file: whoever makes one has made the texts in it harmless, as
 * `jsonText`, `spreadsheetText` and `htmlText` do.
 */
export async function printDocument(document: FileContent): Promise<void> {
  const pieces = typeof document === 'string' ? [document] : document; // a text is iterated character by character
  await pipeline(pieces, process.stdout, { end: false });
}

/** Names workflows that a list leaves out, since they are not ours or their key is missing. */
export function tellUnreadable(workflowIds: readonly string[]): void {
  if (workflowIds.length === 0) return;
  tell(`Cannot be read: ${workflowIds.join(', ')}. See docs/runbooks.md, "strange-purchase".`);
}

/** Writes why the answer is no to standard error, and sets the exit code. */
export function refuse(reason: string): void {
  tell(reason);
  process.exitCode = EXIT.notAsWanted;
}
