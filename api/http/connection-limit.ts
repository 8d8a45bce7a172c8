import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How a connection was refused: its request by 503, or before a byte of it was read. */
export const REFUSED = ['answered', 'closed'] as const;
export type Refused = (typeof REFUSED)[number];

export interface ConnectionLimit {
  /** Connections that may be open; beyond it they are closed, and those of its last tenth are only answered with 503. */
  limit: number;
  /** Connections that one address may keep idle, and after how long one is; any number unless given. */
  idle?: { perAddress: number; afterMs: number };
  /** Told of each refusal. */
  onRefused: (how: Refused) => void;
}

/** Share of the connections that are served; the rest is for saying no. */
const SERVED = 0.9;

/**
 * Refuses connections before the process runs out of file descriptors: at that point the system resets whoever comes,
 * files and Temporal included, and Node says nothing of it.
 * @returns whether a connection came when there were too many: it gets no more than a refusal
 */
export function limitConnections(
  server: Server,
  { limit, onRefused }: ConnectionLimit,
): (socket: Socket) => boolean {
  const excess = new WeakSet<Socket>();
  let open = 0;
  server.maxConnections = limit;
  server.on('drop', () => onRefused('closed'));
  server.on('connection', (socket: Socket) => {
    open += 1;
    if (open > limit * SERVED) excess.add(socket);
    socket.once('close', () => (open -= 1));
  });
  return (socket) => {
    if (!excess.has(socket)) return false;
    onRefused('answered');
    return true;
  };
}

/** Between two lines about refusals, ms: they come in crowds. */
const TELL_EVERY_MS = 10_000;

/**
 * Tells of refusals in few lines.
 * @param tell how many there were since it was told last
 */
export function inFewLines(tell: (refused: number) => void): () => void {
  let untold = 0;
  let pause: NodeJS.Timeout | undefined;
  const tellAndPause = (): void => {
    pause = undefined;
    if (untold === 0) return;
    tell(untold);
    untold = 0;
    pause = setTimeout(tellAndPause, TELL_EVERY_MS).unref();
  };
  return () => {
    untold += 1;
    if (!pause) tellAndPause();
  };
}
