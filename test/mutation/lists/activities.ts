import { mutationsOf } from '../mutation';

/** Faults in what is sent to MobiFone and to the channel, and in how answers are read. */
export const activityMutations = [
  ...mutationsOf('activities/gateway-activities.ts', 'test/workflows/activities.test.ts', [
    {
      name: 'a retry sends without asking',
      find: 'if (options.askFirst || activityInfo().attempt > 1) {',
      replace: 'if (options.askFirst) {',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'a later round’s first attempt sends without asking',
      find: 'if (options.askFirst || activityInfo().attempt > 1) {',
      replace: 'if (activityInfo().attempt > 1) {',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'a retry has a new id',
      find: 'const id = transactionId(sale.purchaseId, transaction);',
      replace:
        'const id = `${transactionId(sale.purchaseId, transaction)}${activityInfo().attempt > 1 ? `-${activityInfo().attempt}` : ""}` as TransactionId;',
      invariant: 'I1: one id in every retry',
    },
    {
      name: 'an unknown reply is swallowed as done',
      find: 'default:\n      throw gatewayFailure(subject, verdict);',
      replace: "default:\n      return { kind: 'done', settledBy: 'reply', attempts: 1 };",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'an unknown reply is swallowed as refused',
      find: 'default:\n      throw gatewayFailure(subject, verdict);',
      replace:
        "default:\n      return { kind: 'refused', refusal: 'registration_refused', settledBy: 'reply', attempts: 1 };",
      invariant: 'I2: never charged and refunded',
    },
    {
      name: 'an inquiry without an answer leads to sending again',
      find: 'default:\n      throw gatewayFailure(`inquiry about the ${subject}`, answer);',
      replace: 'default:\n      return undefined;',
      invariant: 'I1: only "never received" leads to sending again',
    },
    {
      name: 'what is still processed is sent again',
      find: "throw gatewayFailure(subject, { kind: 'unknown', detail: 'MobiFone is still processing it' });",
      replace: 'return undefined;',
      invariant: 'I1: only "never received" leads to sending again',
    },
    {
      name: 'what was never received is taken for done',
      find: "case 'never_received':\n      return undefined;",
      replace:
        "case 'never_received':\n      return { kind: 'done', settledBy: 'inquiry', attempts: activityInfo().attempt };",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'what was rolled back is taken for done',
      find: "kind: 'refused',\n        refusal: 'duplicate_order',",
      replace: "kind: 'done',",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'a refusal told by an inquiry is taken for done',
      find: "kind: 'refused',\n        refusal: answer.refusal,",
      replace: "kind: 'done',",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'attempts are not counted',
      find: "return { kind: 'done', settledBy: 'reply', attempts: activityInfo().attempt };",
      replace: "return { kind: 'done', settledBy: 'reply', attempts: 1 };",
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'a rollback with the registration’s key',
      find: "options.again ? 'rollback-2' : 'rollback'",
      replace: "options.again ? 'rollback-2' : 'registration'",
      invariant: 'A compensation never has the key of the forward call',
    },
    {
      name: 'a second rollback under the first one’s id',
      find: "options.again ? 'rollback-2' : 'rollback'",
      replace: "'rollback'",
      invariant: 'I3: a second rollback under the same id would do nothing',
    },
    {
      name: 'a rollback of something else',
      find: "{ ...command(sale, id), registrationId: transactionId(sale.purchaseId, 'registration') }",
      replace: "{ ...command(sale, id), registrationId: transactionId(sale.purchaseId, 'charge') }",
      invariant: 'I3: the rollback names the registration',
    },
    {
      name: 'a charge for something else',
      find: "registrationId: transactionId(sale.purchaseId, 'registration'),\n          packageCode",
      replace: "registrationId: transactionId(sale.purchaseId, 'charge'),\n          packageCode",
      invariant: 'I2: the charge names the registration',
    },
    {
      name: 'a charge follows a registration that was not made',
      find: "if (registration.kind !== 'done') return { registration, charge: null };",
      replace: '',
      invariant: 'I2: only what is registered is charged',
    },
    {
      name: 'a charge of nothing',
      find: "'registration'),\n          packageCode: sale.packageCode,\n          amount: sale.amount,",
      replace: "'registration'),\n          packageCode: sale.packageCode,\n          amount: 0,",
      invariant: 'I10: the subscriber pays the face value',
    },
    {
      name: 'a late charge is not looked for',
      find: "for (const transaction of ['registration', 'charge'] as const) {",
      replace: "for (const transaction of ['registration'] as const) {",
      invariant: 'I2: what lands after its rollback is not forgotten',
    },
    {
      name: 'a late registration is not looked for',
      find: "for (const transaction of ['registration', 'charge'] as const) {",
      replace: "for (const transaction of ['charge'] as const) {",
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'a late effect that is still processed is no effect',
      find: "if (answer.kind === 'processing') {",
      replace: 'if (false) {',
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'silence about a late effect is no effect',
      find: 'if (isUnsettled(answer)) throw gatewayFailure(`inquiry about the ${transaction}`, answer);',
      replace: '',
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'silence before a decision is taken for done',
      find: "return 'no_answer';",
      replace: "return 'done';",
      invariant: 'An operator may settle what MobiFone is silent about',
    },
    {
      name: 'what has begun is refused in an outage',
      find: '!options.askFirst && activityInfo().attempt === 1;',
      replace: 'true;',
      invariant: 'I2: only what was never sent may be refused by ourselves',
    },
    {
      name: 'a retry is refused in an outage',
      find: '!options.askFirst && activityInfo().attempt === 1;',
      replace: '!options.askFirst;',
      invariant: 'I2: only what was never sent may be refused by ourselves',
    },
    {
      name: 'a later round is refused in an outage',
      find: '!options.askFirst && activityInfo().attempt === 1;',
      replace: 'activityInfo().attempt === 1;',
      invariant: 'I2: only what was never sent may be refused by ourselves',
    },
    {
      name: 'the outage policy is ignored',
      find: 'if (outage.refuses()) return REFUSED_IN_OUTAGE;\n      return beating(',
      replace: 'return beating(',
      invariant: 'The outage policy is what a new purchase is held to',
    },
  ]),
  ...mutationsOf('activities/gateway-failures.ts', 'test/workflows/unknown-outcomes.test.ts', [
    {
      name: 'MobiFone’s Retry-After is ignored',
      find: '...(verdict.retryAfterMs === undefined ? {} : { nextRetryDelay: verdict.retryAfterMs }),',
      replace: '',
      invariant: 'MobiFone is not asked before it wants to be',
    },
    {
      name: 'a broken contract is tried again without a person',
      find: 'nonRetryable: true,',
      replace: '',
      invariant: 'I4: a broken contract needs attention',
    },
    {
      name: 'an unknown calls a person at once',
      find: 'type: GATEWAY_FAILURES.outcomeUnknown,',
      replace: 'type: GATEWAY_FAILURES.outcomeUnknown, nonRetryable: true,',
      invariant: 'I4: nobody’s help is needed once the gateway is healthy',
    },
  ]),
  ...mutationsOf('activities/channel-activities.ts', 'test/workflows/activities.test.ts', [
    {
      name: 'a notice that was not taken is taken for delivered',
      find: "if (verdict.kind === 'delivered') return;",
      replace: 'return;',
      invariant: 'I5: a refund notice is delivered at least once',
    },
    {
      name: 'the channel’s Retry-After is ignored',
      find: '...(verdict.retryAfterMs === undefined ? {} : { nextRetryDelay: verdict.retryAfterMs }),',
      replace: '',
      invariant: 'A channel is not told before it wants to be',
    },
    {
      name: 'a long delivery does not beat',
      find: "beating('refund notice', async () => {",
      replace: "((_subject: string, work: () => Promise<void>) => work())('refund notice', async () => {",
      invariant: 'I7: a slow webhook is not taken for a dead worker',
    },
  ]),
  ...mutationsOf('activities/beating.ts', 'test/workflows/activities.test.ts', [
    {
      name: 'a long call does not beat',
      find: 'const beat = setInterval(() => heartbeat(), heartbeatInterval());',
      replace: 'const beat = setInterval(() => undefined, heartbeatInterval());',
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
      find: 'return `purchase:${channel}:${id}`;',
      replace: 'return `purchase:${id}`;',
      invariant: 'I9: no channel can see another’s purchase',
    },
  ]),
];
