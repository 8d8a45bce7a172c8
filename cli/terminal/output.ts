import { EXIT } from './exit-codes';

/** The option of every verb that prints a result. */
export interface JsonOption {
  json?: boolean;
}

/** Prints a result on standard output: as JSON with `--json`, else in words. */
export function print({ json }: JsonOption, result: unknown, words: () => readonly string[]): void {
  if (json) say(JSON.stringify(result, null, 2));
  else say(...words());
}

/** Writes lines to standard output, which holds results and nothing else. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Writes lines to standard error: progress, questions, advice and errors. */
export function tell(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

/** Writes why the answer is no to standard error, and sets the exit code. */
export function refuse(reason: string): void {
  tell(reason);
  process.exitCode = EXIT.notAsWanted;
}
