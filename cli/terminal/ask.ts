import { createInterface } from 'node:readline/promises';

/** Whether there is a person at a terminal to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY; // undefined where it is no terminal
}

/**
 * Asks at the terminal; the question goes to standard error.
 * @returns the answer without surrounding spaces; undefined after Ctrl-C or Ctrl-D
 */
export async function ask(question: string): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const left = new AbortController();
  reader.once('SIGINT', () => left.abort()).once('close', () => left.abort());
  const answer = await reader.question(`${question} `, { signal: left.signal }).catch(() => undefined);
  reader.close();
  return answer?.trim();
}
