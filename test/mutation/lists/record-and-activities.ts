import { mutationsOf } from '../mutation';

/** Faults in what a purchase tells of itself, and in how patiently and where calls are made. */
export const recordMutations = [
  ...mutationsOf('workflows/purchase/record.ts', 'test/workflows/attention.test.ts', [
    {
      name: 'the outcome cannot be searched for',
      find: '...(isOutcome(state) ? [{ key: SEARCH_ATTRIBUTES.purchaseOutcome, value: state }] : []),',
      replace: '',
      invariant: 'I10: reconciliation finds every purchase by its outcome',
    },
    {
      name: 'the reason is not told',
      find: 'if (reason) this.purchase.reason = reason;',
      replace: '',
      invariant: 'Every refusal has its reason',
    },
    {
      name: 'attention cannot be searched for',
      find: '{ key: SEARCH_ATTRIBUTES.needsAttention, value: latest !== null },',
      replace: '',
      invariant: 'I4: needs attention is found by a search',
    },
    {
      name: 'attention that is over is still found',
      find: 'value: latest !== null }',
      replace: 'value: true }',
      invariant: 'I4: needs attention is over when the step is',
    },
    {
      name: 'attention is always since just now',
      find: 'this.standing.get(attention.step)?.since ?? now()',
      replace: 'now()',
      invariant: 'I4: needs attention tells since when',
    },
    {
      name: 'any step that ends clears every attention',
      find: 'this.standing.delete(step);\n    if (this.purchase.attention?.step !== step) return;',
      replace: 'this.standing.clear();',
      invariant: 'I4: a refund notice says nothing about a rollback that is stuck',
    },
    {
      name: 'attention of another step is forgotten',
      find: 'this.standing.delete(attention.step);',
      replace: 'this.standing.clear();',
      invariant: 'I3: rolled back, or in needs attention',
    },
  ]),
  ...mutationsOf('workflows/activity-proxies.ts', 'test/workflows/scheduling.test.ts', [
    {
      name: 'an activity is retried without end',
      find: 'scheduleToCloseTimeout: patience,',
      replace: '',
      invariant: 'I4: an outcome or needs attention',
    },
    {
      name: 'an attempt that hangs is waited for',
      find: 'startToCloseTimeout: this.policy.attemptTimeout,',
      replace: 'startToCloseTimeout: patience,',
      invariant: 'I4: a dead connection does not hold a purchase up',
    },
    {
      name: 'a state in which the purchase waits is not found',
      find: 'this.beforeWaiting();\n    const taskQueue',
      replace: 'const taskQueue',
      invariant: 'A purchase is found by the state in which it waits',
    },
    {
      name: 'the pause that MobiFone asked for is not kept',
      find: 'if (milliseconds <= 0) return;',
      replace: 'if (milliseconds > -1) return;',
      invariant: 'Retry-After is respected',
    },
    {
      name: 'a prepaid purchase is charged after its registration',
      find: "if (paymentForm !== 'postpaid') return undefined;",
      replace: '',
      invariant: 'I1: a prepaid registration takes the money; there is no charge',
    },
    {
      name: 'a worker that died is waited for',
      find: 'heartbeatTimeout: this.policy.heartbeatTimeout,',
      replace: '',
      invariant: 'I7: another worker takes over',
    },
    {
      name: 'the first lost reply calls a person',
      find: 'maximumAttempts: MAX_ATTEMPTS_PER_ROUND,',
      replace: 'maximumAttempts: 1,',
      invariant: 'I4: nobody’s help is needed once the gateway is healthy',
    },
    {
      name: 'attempts of a round are without end',
      find: 'maximumAttempts: MAX_ATTEMPTS_PER_ROUND,',
      replace: '',
      invariant: 'I15: a bounded number of requests an hour under any settings',
    },
    {
      name: 'pauses between attempts do not grow',
      find: 'backoffCoefficient: 2,',
      replace: 'backoffCoefficient: 1,',
      invariant: 'MobiFone is not asked hotly',
    },
    {
      name: 'local tries are repeated in the workflow task',
      find: 'startToCloseTimeout: LOCAL_ATTEMPT_MS, retry: { maximumAttempts: 1 },',
      replace:
        "startToCloseTimeout: LOCAL_ATTEMPT_MS, retry: { maximumAttempts: 3, initialInterval: '1ms' },",
      invariant: 'One try inside the workflow task; the rest is durable',
    },
    {
      name: 'the answer of a call inside the workflow task is heard before the news that came with it',
      find: 'if (this.policy.undisturbedCalls) await updatesAreHandled();',
      replace: '',
      invariant: 'I12: a replay hears the news in the order of the first run',
    },
    {
      name: 'calls to MobiFone do not go to its own queue',
      find: '...(taskQueue ? { taskQueue } : {})',
      replace: '',
      invariant: 'The gateway’s rate limit holds for every call',
    },
    {
      name: 'channels share one turn',
      find: 'fairnessKey: this.order.channel',
      replace: "fairnessKey: 'all'",
      invariant: 'Every channel gets its turn',
    },
  ]),
  ...mutationsOf('domain/priority.ts', 'test/workflows/scheduling.test.ts', [
    {
      name: 'new sales go ahead of rollbacks',
      find: 'compensation: 1, paid: 2, sale: 3',
      replace: 'compensation: 3, paid: 2, sale: 1',
      invariant: 'Refunds and rollbacks go ahead of new sales',
    },
  ]),
];
