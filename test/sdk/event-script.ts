import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type Turn = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedEvents {
  url: string;
  /** `Last-Event-ID` of each request, in order. */
  resumedAfter: (string | undefined)[];
  stop(): Promise<void>;
}

/** A server that speaks the wire format of purchase events, one turn a request; the last turn for ever. */
export async function scriptedEvents(...turns: readonly Turn[]): Promise<ScriptedEvents> {
  const resumedAfter: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const lastId = request.headers['last-event-id'];
    const count = resumedAfter.push(typeof lastId === 'string' ? lastId : undefined);
    turns[Math.min(count, turns.length) - 1]?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens by TCP
    resumedAfter,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Streams these states, and then does what `after` says. */
export function streams(events: readonly [sequence: number, state: string][], after: Turn): Turn {
  return (response, request) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = events.map(([sequence, state]) => {
      const event = {
        sequence,
        at: '2026-11-25T00:00:00.000Z',
        type: `purchase.${state}`,
        state,
        outcome: null,
        reason: null,
      };
      return `id: ${sequence}\nevent: purchase.${state}\ndata: ${JSON.stringify(event)}\n\n`;
    });
    response.write(`: hello\n\n${text.join('')}`, () => after(response, request));
  };
}

export const isOver: Turn = (response) => void response.writeHead(204).end();
export const isCut: Turn = (response) => void setImmediate(() => response.destroy());
export const ends: Turn = (response) => void response.end();
export const staysSilent: Turn = () => undefined;
