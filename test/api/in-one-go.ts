import type { Steps } from '../../api/http/slices';

/** Work without a pause: what comes of it, and in how many steps. */
export function inOneGo<Result>(work: Steps<Result>): { result: Result; steps: number } {
  for (let steps = 0; ; steps += 1) {
    const step = work.next();
    if (step.done) return { result: step.value, steps };
  }
}
