import { TimeLimit } from '../../runtime/deadline';
import { stillHeld } from '../support/garbage';

const LONG_MS = 3_600_000;

/** Something that a listener of an ended limit holds, as the call that it would have cancelled. */
function heldByListener(earlier: AbortSignal): WeakRef<object> {
  const call = { answer: 'large' };
  const limit = new TimeLimit(LONG_MS, earlier);
  limit.signal.addEventListener('abort', () => void (call.answer = ''));
  limit.end();
  return new WeakRef(call);
}

describe('a time limit that may be ended before its time', () => {
  it('ends with the reason of what ended it', () => {
    const stop = new AbortController();
    const limit = new TimeLimit(LONG_MS, stop.signal);
    stop.abort(new Error('nobody waits'));
    expect(limit.signal.reason).toEqual(new Error('nobody waits'));
    limit.end();
    const late = new TimeLimit(LONG_MS, stop.signal);
    expect(late.signal.reason).toEqual(new Error('nobody waits'));
    late.end();
  });

  it('is not ended by it once it is over', () => {
    const stop = new AbortController();
    const limit = new TimeLimit(LONG_MS, stop.signal);
    limit.end();
    stop.abort();
    expect(limit.signal.aborted).toBe(false);
  });

  it.each([
    ['lives as long as the process', new AbortController().signal],
    ['is never aborted', AbortSignal.any([new AbortController().signal])],
  ])('keeps nothing of its call once it is over, where what may end it %s', async (_, earlier) => {
    expect(await stillHeld([heldByListener(earlier)])).toBe(0);
  });
});
