import { mutationsOf } from '../mutation';

const CALLS = 'test/activities/gateway-activities.test.ts';
const ACTIVITIES = 'test/workflows/activities.test.ts';

/** Faults in what is sent to MobiFone, under which id, and in what its activities make of the answer. */
export const gatewayCallMutations = [
  ...mutationsOf('activities/gateway-calls.ts', CALLS, [
    {
      name: 'a retry has a new id',
      find: 'const command = commandOf(sale, transactionId(sale.purchaseId, transaction));',
      replace:
        'const command = commandOf(sale, `${transactionId(sale.purchaseId, transaction)}${attempt.number > 1 ? `-${attempt.number}` : ""}` as TransactionId);',
      invariant: 'I1: one id in every retry',
    },
    {
      name: 'a rollback with the registration’s key',
      find: 'rollbackTransaction(ordinal), sale, options',
      replace: "'registration', sale, options",
      invariant: 'A compensation never has the key of the forward call',
    },
    {
      name: 'a second rollback under the first one’s id',
      find: 'rollbackTransaction(ordinal), sale, options',
      replace: "'rollback', sale, options",
      invariant: 'I3, P6: a second rollback under the same id would do nothing',
    },
    {
      name: 'a rollback of something else',
      find: "this.gateway.call('rollback', { ...command, registrationId }, call)",
      replace:
        "this.gateway.call('rollback', { ...command, registrationId: transactionId(sale.purchaseId, 'charge') }, call)",
      invariant: 'I3: the rollback names the registration',
    },
    {
      name: 'a charge for something else',
      find: "this.gateway.call('charge', { ...command, registrationId, packageCode, amount }, call)",
      replace:
        "this.gateway.call('charge', { ...command, registrationId: transactionId(sale.purchaseId, 'charge'), packageCode, amount }, call)",
      invariant: 'I2: the charge names the registration',
    },
    {
      name: 'a charge of nothing',
      find: "this.gateway.call('charge', { ...command, registrationId, packageCode, amount }, call)",
      replace:
        "this.gateway.call('charge', { ...command, registrationId, packageCode, amount: 0 as Vnd }, call)",
      invariant: 'I10: the subscriber pays the face value',
    },
    {
      name: 'nobody looks whether the attempt stands before a call leaves',
      find: 'return { signal, beforeSend, ...(sale.channel',
      replace: 'return { signal, ...(sale.channel',
      invariant: 'I13: a worker that was frozen sends nothing',
    },
    {
      name: 'a refused rollback of a registration that is gone stays refused',
      find: 'if (!isGone || (await this.isCharged(sale, attempt, known))) return result;',
      replace: 'return result;',
      invariant: 'I4, P6: what has nothing left to undo needs nobody',
    },
    {
      name: 'a refused rollback counts as made while a charge stands',
      find: 'if (!isGone || (await this.isCharged(sale, attempt, known))) return result;',
      replace: 'if (!isGone) return result;',
      invariant: 'I2: a charge that landed late is undone, or a person is called',
    },
    {
      name: 'a refused rollback counts as made while the registration stands',
      find: "if (answer.kind === 'done') return result;",
      replace: "if (answer.kind === 'done') return { ...result, kind: 'done' };",
      invariant: 'I3: no registration is forgotten',
    },
    {
      name: 'a registration is gone as soon as an inquiry does not find it',
      find: "if (state !== 'never_received' || leftMs <= 0) return state;",
      replace: 'return state;',
      invariant: 'P3: not found proves nothing before its time',
    },
    {
      name: 'a registration is never gone where an inquiry does not find it',
      find: "if (state !== 'never_received' || leftMs <= 0) return state;",
      replace: "if (state !== 'never_received') return state;",
      invariant: 'I4: nobody’s help is needed once the gateway is healthy',
    },
    {
      name: 'a sale whose own package is active is rejected at its check',
      find: "askFirst || registrationInDoubt || verdict.refusal === 'package_already_active'",
      replace: 'askFirst || registrationInDoubt',
      invariant: 'I2: never activated and refunded',
    },
    {
      name: 'a run anew is rejected at its check without asking whether it sold',
      find: "askFirst || registrationInDoubt || verdict.refusal === 'package_already_active'",
      replace: "verdict.refusal === 'package_already_active'",
      invariant: 'I2: never charged and refunded',
    },
    {
      name: 'what is still processed is final',
      find: "if (answer.kind === 'processing') throw stillProcessing(subject);",
      replace: "if (answer.kind === 'processing') return 'never_received';",
      invariant: 'I3: no registration is forgotten',
    },
    {
      name: 'silence is final',
      find: 'if (isUnsettled(answer)) throw gatewayFailure(subject, answer, { detail });\n  if (answer.kind',
      replace: 'if (answer.kind',
      invariant: 'I3: no registration is forgotten',
    },
    {
      name: 'silence about an earlier sale, or about a late effect, is taken for none',
      find: 'if (isUnsettled(answer)) throw gatewayFailure(subject, answer, { detail });',
      replace: "if (isUnsettled(answer)) return 'never_received';",
      invariant: 'I2: never activated and refunded',
    },
  ]),
  ...mutationsOf('activities/gateway-activities.ts', ACTIVITIES, [
    {
      name: 'a charge follows a registration that was not made',
      find: "if (registration.kind !== 'done') return { registration, charge: notReached(attempt) };",
      replace: '',
      invariant: 'I2: only what is registered is charged',
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
      name: 'silence before a decision is taken for done',
      find: "return isUnsettled(answer) ? 'no_answer' : answer.kind;",
      replace: "return isUnsettled(answer) ? 'done' : answer.kind;",
      invariant: 'An operator may settle what MobiFone is silent about',
    },
    {
      name: 'a postpaid registration is refused in an outage',
      find: "const isFirstCommand = sale.paymentForm === 'prepaid' && !options.askFirst && attempt.isFirst;",
      replace: 'const isFirstCommand = !options.askFirst && attempt.isFirst;',
      invariant: 'What has begun is not refused in an outage',
    },
    {
      name: 'a retry is refused in an outage',
      find: "const isFirstCommand = sale.paymentForm === 'prepaid' && !options.askFirst && attempt.isFirst;",
      replace: "const isFirstCommand = sale.paymentForm === 'prepaid' && !options.askFirst;",
      invariant: 'I2: only what was never sent may be refused by ourselves',
    },
    {
      name: 'a later round is refused in an outage',
      find: "const isFirstCommand = sale.paymentForm === 'prepaid' && !options.askFirst && attempt.isFirst;",
      replace: "const isFirstCommand = sale.paymentForm === 'prepaid' && attempt.isFirst;",
      invariant: 'I2: only what was never sent may be refused by ourselves',
    },
    {
      name: 'a run anew is refused in an outage',
      find: 'if (!mayHaveBegun && outage.refuses(sale.channel)) return REFUSED_IN_OUTAGE;',
      replace: 'if (outage.refuses(sale.channel)) return REFUSED_IN_OUTAGE;',
      invariant: 'I2: only what was never sent may be refused by ourselves',
    },
    {
      name: 'the outage policy is ignored',
      find: 'if (!mayHaveBegun && outage.refuses(sale.channel)) return REFUSED_IN_OUTAGE;',
      replace: '',
      invariant: 'The outage policy is what a new purchase is held to',
    },
  ]),
  ...mutationsOf('activities/attempt-once.ts', 'test/workflows/sale-attempt.test.ts', [
    {
      name: 'a lost first try counts as never sent',
      find: 'if (signal?.aborted && failure === signal.reason) return LOST_ATTEMPT;',
      replace:
        'if (signal?.aborted && failure === signal.reason) return { ...LOST_ATTEMPT, neverSent: true };',
      invariant: 'I14: what may have been sent is asked about for as long as an inquiry may lag',
    },
  ]),
  ...mutationsOf('activities/gateway-failures.ts', 'test/workflows/unknown-outcomes.test.ts', [
    {
      name: 'MobiFone’s Retry-After is ignored',
      find: "const pauseMs = 'retryAfterMs' in verdict ? (verdict.retryAfterMs ?? nextRetryDelay) : nextRetryDelay;",
      replace: 'const pauseMs = nextRetryDelay;',
      invariant: 'MobiFone is not asked before it wants to be',
    },
    {
      name: 'the wait that MobiFone asked for ends with the round',
      find: ', ...askedToWait(verdict)',
      replace: '',
      invariant: 'I15: the wait that was asked for is kept over rounds',
    },
    {
      name: 'a broken contract is tried again without a person',
      find: "nonRetryable: verdict.kind === 'broken_contract' && !persistent,",
      replace: 'nonRetryable: false,',
      invariant: 'I4: a broken contract needs attention',
    },
    {
      name: 'an unknown calls a person at once',
      find: "nonRetryable: verdict.kind === 'broken_contract' && !persistent,",
      replace: 'nonRetryable: true,',
      invariant: 'I4: nobody’s help is needed once the gateway is healthy',
    },
    {
      name: 'a broken contract goes on ending rounds',
      find: "nonRetryable: verdict.kind === 'broken_contract' && !persistent,",
      replace: "nonRetryable: verdict.kind === 'broken_contract',",
      invariant: 'I15: a bounded number of history events',
    },
  ]),
];
