import { setImmediate } from 'node:timers/promises';
import type { Response } from 'express';
import { channelOf, requireAccess } from './known-channel';
import { Problem } from './problems';
import { Turns } from './turns';

/** Work that can be left after each of its steps and gone on with later. */
export type Steps<Result> = Generator<void, Result, void>;

/** For how long one list is worked on before everything else has its turn, milliseconds. */
const SLICE_MS = 3;

/**
 * Works on long lists in slices of time, since one row may cost as much as a thousand others. One slice goes in each turn of
 * the event loop, of however many lists, and the channels take turns: lists slow each other down, and not the requests beside
 * them.
 */
export class Slices {
  private readonly turns = new Turns({ inAll: 1, perChannel: 1 });

  /** @param now elapsed time, milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns nothing when it was given up */
  async run<Result>(
    channel: string,
    givenUp: AbortSignal,
    steps: Steps<Result>,
  ): Promise<{ result: Result } | undefined> {
    for (;;) {
      const end = await this.turns.take(channel, givenUp);
      if (!end) return undefined;
      try {
        await setImmediate();
        const until = this.now() + SLICE_MS;
        do {
          const step = steps.next();
          if (step.done) return { result: step.value };
        } while (this.now() < until);
      } finally {
        end();
      }
    }
  }
}

/** Of all long lists of this process: bodies of batches, files of their results. */
const slices = new Slices();

/**
 * Works on a channel's list in slices: a result is for whoever still has access at its end.
 * @throws Problem when the key gives no access any more, or nobody waits for the answer, as for a body that breaks off
 */
export async function inSlices<Result>(response: Response, steps: Steps<Result>): Promise<Result> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  if (response.closed) leave();
  response.once('close', leave);
  try {
    const done = await slices.run(channelOf(response).name, gone.signal, steps);
    if (!done) throw new Problem('malformed_request');
    requireAccess(response);
    return done.result;
  } finally {
    response.removeListener('close', leave);
  }
}
