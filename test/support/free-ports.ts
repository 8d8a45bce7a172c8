import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that a system gives to outgoing connections (Linux from 32768): while a part is down, a client that
 * keeps trying to reach it could otherwise be given the part's own port, and the part could not come back to it.
 */
const FROM = 20_000;
/** Jest's processes at the same time have a range each: a port that is free may be that of another's part that is down. */
const RANGES = 8;
const RANGE = 1_500;
const START = FROM + RANGE * (Number(process.env['JEST_WORKER_ID'] ?? 0) % RANGES);

/** A port is given out once: it is free for as long as who has it does not listen yet. */
const givenOut = new Set<number>();

/** Different ports that are free now and that no outgoing connection will take. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePortsInARow(1));
  return ports;
}

/** The first of so many ports, one after the other, that are free now. */
export async function freePortsInARow(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(START, START + RANGE - count);
    const row = Array.from({ length: count }, (_, at) => first + at);
    if (row.some((port) => givenOut.has(port))) continue;
    for (const port of row) givenOut.add(port);
    if ((await Promise.all(row.map(isFree))).every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
