import { createParser } from 'eventsource-parser';
import { mayFareBetter, NoAnswer } from './faults';
import { pauseAfter, restFor } from './retrying';
import type { RequestPlan, Transport } from './transport';
import type { PurchaseEvent } from './types';

export interface EventOptions {
  /** The sequence of the last event that is known already; those after it are wanted. */
  after?: number;
  signal?: AbortSignal;
  /** Told when the stream was lost and is about to be taken up again, and when it is there again. */
  onConnection?: (connection: 'lost' | 'resumed') => void;
  /** A stream that is silent for so long is taken for dead, milliseconds. */
  silenceMs?: number;
  /** Tries in vain to take the stream up again, one after another, before this gives up. */
  tries?: number;
}

const SILENCE_MS = 60_000;
const TRIES = 30;

/**
 * Follows a purchase to its end. A stream that breaks off is taken up again after the last event that was seen.
 * @throws DatacodeProblem, NoAnswer after so many tries in vain, or the signal's reason
 */
export async function* followEvents(
  transport: Transport,
  path: string,
  options: EventOptions,
): AsyncGenerator<PurchaseEvent, void, undefined> {
  const { signal, onConnection, silenceMs = SILENCE_MS, tries = TRIES } = options;
  let seen = options.after;
  let failures = 0;
  let lost = false;
  for (;;) {
    const silence = new Silence(silenceMs);
    const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
    let fault: unknown;
    try {
      const response = await transport.open(streamPlan(path, seen), stop);
      if (response.status === 204) return; // over, and nothing left to tell
      if (lost) onConnection?.('resumed');
      lost = false;
      for await (const event of eventsOf(response, silence)) {
        failures = 0;
        if (seen !== undefined && event.sequence <= seen) continue;
        seen = event.sequence;
        yield event;
      }
    } catch (thrown) {
      fault = thrown;
    } finally {
      silence.end();
    }
    signal?.throwIfAborted();
    if (fault !== undefined && !mayFareBetter(fault)) throw fault;
    // A stream that ended may be over or cut: the API says which, by 204, when it is asked once more.
    failures += 1;
    if (failures > tries) throw fault ?? new NoAnswer('the stream of events ends again and again');
    if (fault !== undefined && !lost) onConnection?.('lost');
    lost ||= fault !== undefined;
    await restFor(fault === undefined ? 50 : pauseAfter(failures, fault), signal);
  }
}

function streamPlan(path: string, seen: number | undefined): RequestPlan {
  return {
    method: 'GET',
    path,
    repeatable: true,
    headers: {
      Accept: 'text/event-stream',
      ...(seen === undefined ? {} : { 'Last-Event-ID': `${seen}` }),
    },
  };
}

async function* eventsOf(response: Response, silence: Silence): AsyncGenerator<PurchaseEvent> {
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw new NoAnswer('the answer is no stream of events');
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
      silence.broken();
      parser.feed(value);
      yield* arrived.splice(0);
    }
  } catch (cause) {
    throw new NoAnswer('the stream of events was cut', { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Aborts when nothing came for a while; the API sends a sign of life more often than that. */
class Silence {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(private readonly limitMs: number) {
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  broken(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.limitMs);
  }
}
