import { mutationsOf } from '../mutation';

/** Faults in what is sent to a channel, in how a worker shows that it lives, and in the ids that all is sent under. */
export const activityMutations = [
  ...mutationsOf('activities/channel-activities.ts', 'test/workflows/activities.test.ts', [
    {
      name: 'a notice that was not taken is taken for delivered',
      find: "if (verdict.kind === 'delivered') return { deliveries };",
      replace: 'return { deliveries };',
      invariant: 'I5: a refund notice is delivered at least once',
    },
    {
      name: 'the channel’s Retry-After is ignored',
      find: '...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),',
      replace: '',
      invariant: 'A channel is not told before it wants to be',
    },
    {
      name: 'the wait that the channel asked for ends with the round',
      find: '...(retryAfterMs === undefined ? {} : { retryAfterMs }), deliveries',
      replace: 'deliveries',
      invariant: 'I15: the wait that was asked for is kept over rounds',
    },
    {
      name: 'a long delivery does not beat',
      find: "withHeartbeat('refund notice', async (attempt) => {",
      replace:
        "((_subject: string, work: (attempt: never) => Promise<unknown>) => work({ deliveries: [], remember: () => undefined } as never) as never)('refund notice', async (attempt: any) => {",
      invariant: 'I7: a slow webhook is not taken for a dead worker',
    },
  ]),
  ...mutationsOf('activities/heartbeat.ts', 'test/workflows/activities.test.ts', [
    {
      name: 'a long call does not beat',
      find: 'setInterval(() => heartbeat(), heartbeatInterval(heartbeatTimeoutMs))',
      replace: 'setInterval(() => undefined, heartbeatInterval(heartbeatTimeoutMs))',
      invariant: 'I7: a slow call is not taken for a dead worker',
    },
    {
      name: 'a cancelled call ends as failed',
      find: 'if (cancellationSignal().aborted) throw new CancelledFailure(`${subject}: cancelled`);',
      replace: '',
      invariant: 'I4: a cancelled call is weighed as cancelled, not tried again',
    },
  ]),
  ...mutationsOf('domain/identifiers.ts', 'test/domain/identifiers.test.ts', [
    {
      name: 'every command of a purchase has one id',
      find: 'return `${purchase}.${transaction}` as TransactionId;',
      replace: 'return `${purchase}` as TransactionId;',
      invariant: 'I1: each command has an id of its own',
    },
    {
      name: 'both rollbacks have one id',
      find: 'return `${purchase}.${transaction}` as TransactionId;',
      replace: "return `${purchase}.${transaction.replace('-2', '')}` as TransactionId;",
      invariant: 'I3: a second rollback under the same id would do nothing',
    },
    {
      name: 'a refund notice has a new id each time',
      find: 'return `refund_${purchase}` as NoticeId;',
      replace: 'return `refund_${purchase}_${Math.random()}` as NoticeId;',
      invariant: 'I5: exactly one refund notice id',
    },
    {
      name: 'channels share their orders’ ids',
      find: 'return `${purchaseWorkflowIdsOf(channel)}${id}`;',
      replace: 'return `purchase:${id}`;',
      invariant: 'I9: no channel can see another’s purchase',
    },
  ]),
];
