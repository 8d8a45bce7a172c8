import { createInterface } from 'node:readline/promises';
import { MSISDN_FAULTS, parseMsisdn } from '../../domain/msisdn-parsing';
import type { Msisdn } from '../../domain/msisdn';
import { CommandFault } from './command-fault';

/**
 * A subscriber's number, typed at the terminal or piped in. It is never an argument: those are seen by everybody on
 * the machine and kept in the shell's history.
 * @throws CommandFault when it is none
 */
export async function readSubscriberNumber(): Promise<Msisdn> {
  const parsed = parseMsisdn(await firstLine());
  if (!parsed.ok) {
    throw new CommandFault(`This is not a subscriber’s number. ${MSISDN_FAULTS[parsed.fault].en}`);
  }
  return parsed.msisdn;
}

async function firstLine(): Promise<string> {
  const reader = createInterface({ input: process.stdin, terminal: false });
  if (process.stdin.isTTY) process.stderr.write('Number: ');
  try {
    for await (const line of reader) return line;
    return '';
  } finally {
    reader.close();
  }
}
