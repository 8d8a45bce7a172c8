import { mutationsOf } from '../mutation';

/** Faults in the delivery of a state's notice. */
export const noticeMutations = mutationsOf('workflows/notice/notice.ts', 'test/workflows/notice.test.ts', [
  {
    name: 'a notice that was not taken counts as delivered',
    find: "if (result.delivered) return close(log, 'delivered');",
    replace: "if (result.attempt.status) return close(log, 'delivered');",
    invariant: 'A notice is delivered until the channel takes it',
  },
  {
    name: 'a webhook that is gone is tried on',
    find: 'if (result.attempt.status === GONE || pause === undefined)',
    replace: 'if (pause === undefined)',
    invariant: 'A 410 ends the delivery',
  },
  {
    name: 'the pause that a channel asks for is not heeded',
    find: 'result.retryAfterMs ?? 0)',
    replace: '0)',
    invariant: 'Retry-After is heeded',
  },
  {
    name: 'the pauses do not grow',
    find: 'if (!hastened) pauses += 1;',
    replace: 'if (hastened) pauses += 1;',
    invariant: 'A notice is given up after three days',
  },
  {
    name: 'an attempt that was asked for takes one of the pauses',
    find: 'if (!hastened) pauses += 1;',
    replace: 'pauses += 1;',
    invariant: 'A re-send does not shorten the three days',
  },
  {
    name: 'a delivered notice is not found as one',
    find: "value: standing === 'delivered' }",
    replace: 'value: false }',
    invariant: 'The delivery log tells what was delivered',
  },
]);
