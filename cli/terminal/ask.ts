import { createInterface } from 'node:readline/promises';
import { MSISDN_FAULTS, parseMsisdn } from '../../domain/msisdn-parsing';
import type { Msisdn } from '../../domain/msisdn';
import { CommandFault } from './command-fault';

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

/**
 * Reads a subscriber's number that is typed at the terminal or piped in. It is never an argument: all users of the
 * machine can see arguments, and the shell keeps them in its history.
 * @throws CommandFault when it is not a number
 */
export async function readSubscriberNumber(): Promise<Msisdn> {
  const parsed = parseMsisdn((process.stdin.isTTY ? await ask('Number:') : await onlyLine()) ?? '');
  if (!parsed.ok) {
    throw new CommandFault(`This is not a subscriber’s number. ${MSISDN_FAULTS[parsed.fault].en}`);
  }
  return parsed.msisdn;
}

/** Read to the end of the input: a second number must be refused, however late it comes. */
async function onlyLine(): Promise<string> {
  const reader = createInterface({ input: process.stdin, terminal: false });
  try {
    const lines: string[] = [];
    for await (const line of reader) if (line.trim() !== '') lines.push(line);
    if (lines.length > 1) throw new CommandFault('One number at a time: nothing was done.');
    return lines[0] ?? '';
  } finally {
    reader.close();
  }
}
