import { createReadStream } from 'node:fs';
import type { FileRole } from '../../client/reconciliation/report';
import type { ThousandsRule } from '../../client/reconciliation/settlement-fields';
import { SettlementFile } from '../../client/reconciliation/settlement-file';
import type { SettlementEncoding } from '../../client/reconciliation/settlement-text';

/** The settlement files that a run is given, and how they are to be read. */
export interface FileOptions {
  settlement: string;
  nextDay?: string;
  lastDay?: string;
  correction: string[];
  encoding?: SettlementEncoding;
  thousands: ThousandsRule;
}

export function filesOf(options: FileOptions): { role: FileRole; source: SettlementFile }[] {
  const { settlement, correction, lastDay, nextDay, encoding, thousands } = options;
  const named: [FileRole, string][] = [
    ['day', settlement],
    ...correction.map((file): [FileRole, string] => ['correction', file]),
    ...(lastDay ? [['last_day', lastDay] satisfies [FileRole, string]] : []),
    ...(nextDay ? [['next_day', nextDay] satisfies [FileRole, string]] : []),
  ];
  const reading = { thousands, ...(encoding ? { encoding } : {}) };
  return named.map(([role, file]) => ({ role, source: new SettlementFile(bytesOf(file), reading) }));
}

/** Opened when it is read, so that a missing file is told in its turn. */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file) as AsyncIterable<Uint8Array>; // without an encoding its chunks are bytes
}
