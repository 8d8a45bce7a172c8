import type { TimeLimit } from '../../runtime/deadline';

/** Those that run, in the order in which they began. */
const running = new Set<HeldTimeLimit>();

/** In place of `TimeLimit` where a story ends time limits, so that none ends sooner on a busy machine. */
export class HeldTimeLimit implements Pick<TimeLimit, 'milliseconds' | 'signal' | 'end'> {
  private readonly controller = new AbortController();
  private readonly follow = (): void => this.controller.abort(this.earlier?.reason);

  constructor(
    readonly milliseconds: number,
    private readonly earlier?: AbortSignal,
  ) {
    if (earlier?.aborted) this.follow();
    else earlier?.addEventListener('abort', this.follow, { once: true });
    running.add(this);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  reach(): void {
    this.controller.abort(new DOMException('the time is up', 'TimeoutError'));
  }

  end(): void {
    this.earlier?.removeEventListener('abort', this.follow);
    running.delete(this);
  }
}

/** The module `runtime/deadline` with time limits that only a story ends; for `jest.mock`. */
export function heldTimeLimits(): object {
  return { ...jest.requireActual<object>('../../runtime/deadline'), TimeLimit: HeldTimeLimit };
}

/** Ends the one time limit that runs. @returns how long it would have been, milliseconds */
export function reachTimeLimit(): number {
  const [limit, ...others] = running;
  if (!limit || others.length > 0) throw new Error(`${running.size} time limits run, not one`);
  limit.reach();
  return limit.milliseconds;
}
