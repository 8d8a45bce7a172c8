import { createParser } from 'eventsource-parser';
import { isRetryable, NoAnswer } from './faults';
import { pauseAfter, waitFor } from './retrying';
import type { RequestPlan, Transport } from './transport';
import type { PurchaseEvent } from './types';

export interface EventOptions {
  /** Sequence number of the last event that you have; the stream starts after it. */
  after?: number;
  /** Abort it to end the stream. */
  signal?: AbortSignal;
  /** Called when the connection was lost, before it is opened again, and when it has resumed. */
  onConnection?: (connection: 'lost' | 'resumed') => void;
  /** A stream that sends nothing for this time counts as lost, in milliseconds; 60000 by default. */
  silenceMs?: number;
  /** Maximum failed attempts in a row to resume the stream; 30 by default. */
  tries?: number;
}

const SILENCE_MS = 60_000;
const MAX_TRIES = 30;

/**
 * Streams events until the purchase ends. A broken stream is resumed after the last event received.
 * @throws DatacodeProblem the API refused the request
 * @throws NoAnswer after `tries` failed attempts in a row, or the signal's reason
 */
export async function* followEvents(
  transport: Transport,
  path: string,
  options: EventOptions,
): AsyncGenerator<PurchaseEvent, void, undefined> {
  const { signal, onConnection, silenceMs = SILENCE_MS, tries = MAX_TRIES } = options;
  let lastSequence = options.after;
  let failures = 0;
  let lost = false;
  for (;;) {
    const silence = new SilenceTimer(silenceMs);
    // oxlint-disable-next-line no-restricted-properties -- the end of the silence aborts it
    const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
    let fault: unknown;
    try {
      const response = await transport.open(streamPlan(path, lastSequence), stop);
      if (response.status === 204) return; // the purchase has ended and no event is left
      if (lost) onConnection?.('resumed');
      lost = false;
      for await (const event of eventsOf(response, silence)) {
        failures = 0;
        if (lastSequence !== undefined && event.sequence <= lastSequence) continue;
        lastSequence = event.sequence;
        yield event;
      }
    } catch (thrown) {
      fault = thrown;
    } finally {
      silence.end();
    }
    signal?.throwIfAborted();
    if (fault !== undefined && !isRetryable(fault)) throw fault;
    // A stream that ended may be complete or cut off. The next request decides: 204 means complete.
    failures += 1;
    if (failures > tries)
      throw fault ?? new NoAnswer('the event stream keeps ending before the purchase does');
    if (fault !== undefined && !lost) onConnection?.('lost');
    lost ||= fault !== undefined;
    await waitFor(fault === undefined ? 50 : pauseAfter(failures, fault), signal);
  }
}

function streamPlan(path: string, lastSequence: number | undefined): RequestPlan {
  return {
    method: 'GET',
    path,
    repeatable: true,
    headers: {
      Accept: 'text/event-stream',
      ...(lastSequence === undefined ? {} : { 'Last-Event-ID': `${lastSequence}` }),
    },
  };
}

async function* eventsOf(response: Response, silence: SilenceTimer): AsyncGenerator<PurchaseEvent> {
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw new NoAnswer('the response is not an event stream');
  }
  const arrived: PurchaseEvent[] = [];
  const parser = createParser({
    onEvent: ({ data }) => arrived.push(JSON.parse(data) as PurchaseEvent), // the wire format of the API
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      silence.restart();
      parser.feed(value);
      yield* arrived.splice(0);
    }
  } catch (cause) {
    throw new NoAnswer('the event stream was cut off', { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Aborts when nothing arrives for a while. The API sends a comment more often than that to keep the stream alive. */
class SilenceTimer {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(private readonly limitMs: number) {
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#controller.abort(); // or Node 20 keeps what listens to it for ever
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.limitMs);
  }
}
