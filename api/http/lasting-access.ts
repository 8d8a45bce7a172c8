import type { Response } from 'express';
import { accessOf, type Access } from './known-channel';
import type { Problem } from './problems';

/** How often keys are looked up again, ms; the registry's file is read once a second. */
const LOOK_EVERY_MS = 1_000;

/** Ends what waits for long as soon as its key gives no access any more: revoked, expired, or the channel disabled. */
export class LastingAccess {
  private readonly watched = new Map<Response, { access: Access; ended: AbortController }>();
  private timer: NodeJS.Timeout | undefined;

  /** @returns a signal that is aborted, with the problem as its reason, when the access of this request ends */
  of(response: Response): AbortSignal {
    const known = this.watched.get(response);
    if (known) return known.ended.signal;
    const ended = new AbortController();
    if (response.closed) return ended.signal;
    this.watched.set(response, { access: accessOf(response), ended });
    response.once('close', () => this.forget(response));
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    return ended.signal;
  }

  /**
   * What work gives, while the access lasts.
   * @param waitMs 0 for work that waits for nothing, which is not interrupted
   * @throws the Problem when the access ends before
   */
  during<T>(response: Response, waitMs: number, work: Promise<T>): Promise<T> {
    if (waitMs === 0) return work;
    const ended = this.of(response);
    return new Promise((resolve, reject) => {
      const end = (): void => reject(ended.reason as Problem); // by `look`
      ended.addEventListener('abort', end, { once: true });
      work.then(resolve, reject).finally(() => ended.removeEventListener('abort', end));
    });
  }

  private look(): void {
    for (const { access, ended } of this.watched.values()) {
      if (ended.signal.aborted) continue;
      const fault = access.lost();
      if (fault) ended.abort(fault);
    }
  }

  private forget(response: Response): void {
    this.watched.delete(response);
    if (this.watched.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
