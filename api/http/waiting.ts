import type { Request, Response } from 'express';
import { channelOf } from './known-channel';
import type { LastingAccess } from './lasting-access';
import { Problem } from './problems';

/** How many connections may wait for something to happen. */
export interface WaitingLimits {
  /** Event streams of one channel, and apart from them held answers, where the registry says nothing else. */
  waitingPerChannel: number;
  /** Streams and held answers of all channels together. */
  waitingInAll: number;
}

/** Seconds after which another stream may be open to it: streams end with their purchases. */
const RETRY_AFTER = '5';

/**
 * Connections that wait: event streams and held answers. They cost little but a file descriptor, and stay for long, so
 * they have limits of their own, and none takes the place of a request that sells.
 */
export class Waiting {
  private readonly streams = new Map<string, number>();
  private readonly held = new Map<string, number>();
  private inAll = 0;
  /** However few may wait in all, one channel leaves others their half. */
  private readonly share: number;

  constructor(
    private readonly limits: WaitingLimits,
    private readonly access: LastingAccess,
  ) {
    this.share = Math.ceil(limits.waitingInAll / 2);
  }

  /**
   * Counts a stream until its reader is gone.
   * @returns a signal that is aborted when its key gives no access any more
   * @throws Problem, `too_many_streams` or `streams_exhausted`
   */
  openStream(response: Response): AbortSignal {
    const { name, limits } = channelOf(response);
    const limit = limits?.openStreams ?? this.limits.waitingPerChannel;
    if ((this.streams.get(name) ?? 0) >= Math.min(limit, this.share)) throw refusal('too_many_streams');
    if (this.inAll >= this.limits.waitingInAll) throw refusal('streams_exhausted');
    this.count(this.streams, response);
    return this.access.of(response);
  }

  /**
   * Counts a held answer until it is out.
   * @returns false when no more may be held: then it is answered at once, which a preference to wait allows
   */
  hold(response: Response): boolean {
    const { name } = channelOf(response);
    if ((this.held.get(name) ?? 0) >= Math.min(this.limits.waitingPerChannel, this.share)) return false;
    if (this.inAll >= this.limits.waitingInAll) return false;
    this.count(this.held, response);
    return true;
  }

  /** What an answer is held for, while the access of whoever waits for it lasts. @throws the Problem when it ends */
  during<T>(response: Response, waitMs: number, work: Promise<T>): Promise<T> {
    return this.access.during(response, waitMs, work);
  }

  /** Event streams and held answers of each channel. */
  *counts(): Generator<{ channel: string; kind: 'stream' | 'held'; count: number }> {
    for (const [channel, count] of this.streams) yield { channel, kind: 'stream', count };
    for (const [channel, count] of this.held) yield { channel, kind: 'held', count };
  }

  private count(counts: Map<string, number>, response: Response): void {
    const { name } = channelOf(response);
    if (response.closed) return; // given up meanwhile: it would never be counted out
    this.inAll += 1;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    response.once('close', () => {
      this.inAll -= 1;
      counts.set(name, (counts.get(name) ?? 1) - 1);
    });
  }
}

function refusal(code: 'too_many_streams' | 'streams_exhausted'): Problem {
  return new Problem(code, undefined, {}, { 'Retry-After': RETRY_AFTER });
}

/** Longest that an answer is held, seconds. */
export const MAX_WAIT_SECONDS = 30;

/**
 * Reads `Prefer: wait=N` (RFC 7240): hold the answer until the outcome is known, N seconds at most. More than
 * `MAX_WAIT_SECONDS` counts as that; a preference that cannot be read is ignored, as the RFC asks, and so is one beyond what
 * may be held at once.
 * @returns milliseconds; 0 does not wait
 */
export function preferredWait(request: Request, response: Response, waiting: Waiting): number {
  const seconds = waitOf(request.get('prefer'));
  if (seconds === undefined) return 0;
  if (seconds > 0 && !waiting.hold(response)) return 0;
  response.set('Preference-Applied', `wait=${seconds}`);
  return seconds * 1000;
}

/** The first `wait` counts, as the RFC says of a preference that is given twice. */
function waitOf(header: string | undefined): number | undefined {
  for (const preference of header?.split(',') ?? []) {
    const seconds = /^\s*wait\s*=\s*(?:"(\d+)"|(\d+))\s*(?:;.*)?$/i.exec(preference);
    if (seconds) return Math.min(Number(seconds[1] ?? seconds[2]), MAX_WAIT_SECONDS);
  }
  return undefined;
}
