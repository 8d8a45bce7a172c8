import { setTimeout as pause } from 'node:timers/promises';
import type { Response } from 'express';
import { DatacodeProblem, NoAnswer, type DatacodeClient } from '../../sdk';
import { orderView, type OrderView } from './order-view';

const SIGN_OF_LIFE_MS = 15_000;
/** Between two looks at what no event tells: messages and the notice, once the purchase itself is over. */
const LOOK_EVERY_MS = 300;
/** Looks after that; a page that is still open then shows what there is. */
const LAST_LOOKS = 400;

/** Shows an order to its page as it comes along: whole views as server-sent events, until nothing more is to come. */
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

  /** @param after the last event that the page has seen */
  async show(after: number | undefined): Promise<void> {
    this.response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    this.response.write('retry: 1000\n\n');
    const signOfLife = setInterval(() => this.response.write(': here\n\n'), SIGN_OF_LIFE_MS);
    try {
      const first = await this.#look();
      if (!first) this.#send('unknown', '');
      else if (!first.over) {
        await this.#follow(after);
        await this.#seeItOut();
      }
      this.#send('end', '');
    } catch (fault) {
      const isPassing = fault instanceof NoAnswer || fault instanceof DatacodeProblem;
      if (!this.#gone.signal.aborted && !isPassing) throw fault;
    } finally {
      clearInterval(signOfLife);
      this.response.end(); // the page comes back by itself, unless it was told that this is the end
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
      for await (const { sequence } of events) await this.#look(sequence);
    } catch (fault) {
      if (!tellsNoEvents(fault)) throw fault;
      await this.client.untilOutcome(this.orderId, { signal });
    }
  }

  async #seeItOut(): Promise<void> {
    for (let looks = 0; looks < LAST_LOOKS; looks += 1) {
      const view = await this.#look();
      if (!view || view.over) return;
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#gone.signal });
    }
  }

  async #look(sequence?: number): Promise<OrderView | undefined> {
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

/** A gateway that has no stream of events is asked to hold its answer instead. */
function tellsNoEvents(fault: unknown): boolean {
  return fault instanceof DatacodeProblem && (fault.code === 'route_not_found' || fault.status === 406);
}
