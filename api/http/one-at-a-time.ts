import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for the one before them; one that sends more is closed. */
const MOST_WAITING = 20;

/**
 * Begins a request when the answer before it on its connection is out. Node hands over pipelined requests (RFC 9112, 9.3.2) as
 * they come, and tells those behind the first nothing when their connection closes: whatever counts requests, or watches
 * for their end, would wait for ever.
 */
export function oneAtATime(listener: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (request, response) => {
    const { socket } = request;
    const begin = (): void => {
      response.once('close', () => next(socket));
      listener(request, response);
    };
    const others = waiting.get(socket);
    if (others && others.length >= MOST_WAITING) return void socket.destroy();
    if (others) return void others.push(begin);
    waiting.set(socket, []);
    begin();
  };

  function next(socket: Socket): void {
    // not after an answer that closes the connection: the socket is ended then, and destroyed a moment later
    const begin = socket.writable ? waiting.get(socket)?.shift() : undefined;
    if (begin) begin();
    else waiting.delete(socket);
  }
}
