import { mutationsOf } from '../mutation';

/** Faults in the calls of a sale that are first attempted together. */
export const saleAttemptMutations = [
  ...mutationsOf('workflows/purchase/sale-attempt.ts', 'test/workflows/sale-attempt.test.ts', [
    {
      name: 'a lost attempt is taken for one that charged nothing',
      find: 'registration: LOST_ATTEMPT, charge: LOST_ATTEMPT }',
      replace: 'registration: LOST_ATTEMPT, charge: null }',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'what the attempt left in doubt is sent again without asking',
      find: 'return alone({ askFirst: true, ...known, ...(anew ? { anew } : {}) }, patience);',
      replace: 'return alone({ ...known, askFirst: false }, patience);',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'what the attempt settled is made again',
      find: 'return left ? continueFrom(this.activities, left, { ...known, patience }, alone) : alone(known, patience);',
      replace: 'return alone(known, patience);',
      invariant: 'I1: charged at most once',
    },
    {
      name: 'a broken contract of the attempt calls nobody',
      find: "if (attempted.kind !== 'unsettled') return attempted;",
      replace: "if (attempted.kind === 'broken_contract') return alone({ askFirst: true }, patience);",
      invariant: 'An answer that the contract does not allow is shown to a person',
    },
    {
      name: 'what the attempt knows of a call is forgotten',
      find: 'return alone({ askFirst: true, ...known, ...(anew ? { anew } : {}) }, patience);',
      replace: 'return alone({ askFirst: true }, patience);',
      invariant: 'I14, P2: what MobiFone refused is not sent again under the same id',
    },
    {
      name: 'what the attempt left open is never in doubt',
      find: 'if (isInDoubt(registration) || isInDoubt(charge)) this.onDoubt();',
      replace: '',
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'the pause that MobiFone asked for is not kept after the attempt',
      find: 'await activities.waitAsAsked(askedToWaitMs);',
      replace: '',
      invariant: 'Retry-After is respected',
    },
    {
      name: 'a decision tears the attempt apart',
      find: 'CancellationScope.nonCancellable(',
      replace: 'CancellationScope.cancellable(',
      invariant: 'I2: what became of the charge is known before anything else is done',
    },
    {
      name: 'nobody is told that the charge may follow',
      find: 'this.saleStop.chargeMayFollow();',
      replace: '',
      invariant: 'I2: never charged and rolled back by mistake',
    },
    {
      name: 'whether the charge was sent is told wrongly',
      find: "this.result?.charge ? 'sent' : 'not_sent'",
      replace: "this.result?.charge ? 'not_sent' : 'sent'",
      invariant: 'A cancellation before the charge is honoured, and none after it',
    },
    {
      name: 'a check that is refused after a lost attempt counts at once',
      find: 'const registrationInDoubt = this.hasSentRegistration || anew;',
      replace: 'const registrationInDoubt = false;',
      invariant: 'I2: never activated and refunded',
    },
  ]),
  ...mutationsOf('workflows/purchase/messages-attempt.ts', 'test/workflows/sale-attempt.test.ts', [
    {
      name: 'messages that were lost with their worker are sent again without asking',
      find: 'attempted[place] ?? LOST_ATTEMPT',
      replace: "attempted[place] ?? { kind: 'unsettled', askedToWaitMs: 0, neverSent: true }",
      invariant: 'I6: each message once per id',
    },
  ]),
  ...mutationsOf('activities/gateway-activities.ts', 'test/workflows/sale-attempt.test.ts', [
    {
      name: 'what is not eligible is registered',
      find: "if (checked.kind !== 'done')\n          return { check: checked, registration: notReached(attempt), charge: notReached(attempt) };",
      replace: '',
      invariant: 'I2: only who is eligible is sold to',
    },
  ]),
];
