import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Four times what Node accepts for one head: room for some informational answers before it. */
const MAX_BYTES_BEFORE_BODY = 64 * 1024;

/**
 * Ends a request whose answer has no head after so many bytes. Node limits each head, but reads informational answers
 * (1xx), and empty lines, without end: whoever sends them as fast as they are read has this process busy with them.
 * @returns the request; it fails with the code that Node has for a head that is too large
 */
export function limitHead(request: ClientRequest): ClientRequest {
  return request.once('socket', (socket: Socket) => {
    let received = 0;
    let isOver = false;
    const count = ({ length }: Buffer): void => {
      received += length;
      // Node's own listener comes first: of a head that is whole with these bytes, the event has been
      if (isOver || received <= MAX_BYTES_BEFORE_BODY) return;
      end();
      request.destroy(tooLarge('no head of an answer'));
    };
    const end = (): void => {
      isOver = true;
      socket.off('data', count);
    };
    socket.on('data', count);
    for (const event of ['response', 'connect', 'close']) request.once(event, end);
  });
}

/** For axios, as its `transport`. */
export const withLimitedHead = {
  request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest =>
    limitHead((options.protocol === 'https:' ? https : http).request(options, onResponse)),
};

/** Ends a connection for one request that brings more than so many bytes, head and body together. */
export function limitBytes(connection: Duplex, most: number): Duplex {
  let received = 0;
  connection.on('data', ({ length }: Buffer) => {
    received += length;
    if (received > most) connection.destroy(tooLarge('an answer that is too large'));
  });
  return connection;
}

function tooLarge(what: string): Error {
  return Object.assign(new Error(`${what} within the bytes that one may have`), {
    code: 'HPE_HEADER_OVERFLOW',
  });
}
