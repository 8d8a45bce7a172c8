import { EXIT } from './exit-codes';

/** Writes what was asked for to standard output, a line each. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

export function sayJson(value: unknown): void {
  say(JSON.stringify(value, null, 2));
}

/** Says something about the command itself on standard error: standard output holds nothing but what was asked for. */
export function tell(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

/** Says why the answer is no, and has the command end by it. */
export function refuse(because: string): void {
  tell(because);
  process.exitCode = EXIT.notAsWanted;
}
