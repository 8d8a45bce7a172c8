import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that a system gives to outgoing connections (Linux from 32768): while a part is down, a client that
 * keeps trying to reach it could otherwise be given the part's own port, and the part could not come back to it.
 */
const FROM = 20_000;
const TO = 32_000;

/** Different ports that are free now and that no outgoing connection will take. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FROM, TO);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** The first of so many ports, one after the other, that are free now. */
export async function freePortsInARow(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(FROM, TO - count);
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(first + at)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
