import { COULD_NOT_RUN } from '../terminal/run-command';

/** How `npm run keys` ends. */
export const EXIT = { done: 0, refused: 1, couldNotRun: COULD_NOT_RUN } as const;

export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
