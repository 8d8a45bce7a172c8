import { setTimeout as pause } from 'node:timers/promises';
import type { Response } from 'express';
import { DatacodeProblem, NoAnswer, type DatacodeClient } from '../../sdk/index';
import { orderView, type OrderView } from './order-view';

/** The page takes a stream that is silent for several of these for lost (`SILENT_MS` in public/shop-server.js). */
const ALIVE_EVERY_MS = 2_000;
/** Polling interval after the outcome: SMS messages and the refund notice have no events. */
const POLL_EVERY_MS = 300;
/** Maximum number of these polls. */
const MAX_POLLS = 400;

/** Streams an order to its page: each server-sent event is a whole view, until nothing more will change. */
export class LiveOrder {
  readonly #gone = new AbortController();

  constructor(
    private readonly client: DatacodeClient,
    private readonly sandboxUrl: string,
    private readonly orderId: string,
    private readonly response: Response,
  ) {
    response.on('close', () => this.#gone.abort());
  }

  /** @param after sequence number of the last event that the page received */
  async show(after: number | undefined): Promise<void> {
    this.response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    this.response.write('retry: 1000\n\n');
    const keepAlive = setInterval(() => this.#send('alive', ''), ALIVE_EVERY_MS);
    try {
      const first = await this.#sendView();
      if (!first) this.#send('unknown', '');
      else if (!first.over) {
        await this.#follow(after);
        await this.#pollToTheEnd();
      }
      this.#send('end', '');
    } catch (fault) {
      const isTemporary = fault instanceof NoAnswer || fault instanceof DatacodeProblem;
      if (!this.#gone.signal.aborted && !isTemporary) throw fault;
    } finally {
      clearInterval(keepAlive);
      this.response.end(); // the browser reconnects, unless it received the event `end`
    }
  }

  async #follow(after: number | undefined): Promise<void> {
    const { signal } = this.#gone;
    try {
      const events = this.client.events(this.orderId, {
        ...(after === undefined ? {} : { after }),
        signal,
        onConnection: (connection) => this.#send('connection', connection),
      });
      for await (const { sequence } of events) await this.#sendView(sequence);
    } catch (fault) {
      if (!hasNoEvents(fault)) throw fault;
      await this.client.untilOutcome(this.orderId, { signal });
    }
  }

  async #pollToTheEnd(): Promise<void> {
    for (let polls = 0; polls < MAX_POLLS; polls += 1) {
      const view = await this.#sendView();
      if (!view || view.over) return;
      await pause(POLL_EVERY_MS, undefined, { signal: this.#gone.signal });
    }
  }

  async #sendView(sequence?: number): Promise<OrderView | undefined> {
    const view = await orderView(this.client, this.sandboxUrl, this.orderId);
    if (view) this.#send('view', JSON.stringify(view), sequence);
    return view;
  }

  #send(event: string, data: string, sequence?: number): void {
    if (this.#gone.signal.aborted) return;
    const id = sequence === undefined ? '' : `id: ${sequence}\n`;
    this.response.write(`${id}event: ${event}\ndata: ${data}\n\n`);
  }
}

/** A gateway without an event stream: the shop waits for the outcome instead. */
function hasNoEvents(fault: unknown): boolean {
  return fault instanceof DatacodeProblem && (fault.code === 'route_not_found' || fault.status === 406);
}
