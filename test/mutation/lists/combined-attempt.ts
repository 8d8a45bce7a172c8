import { mutationsOf } from '../mutation';

/** Faults in the registration and charge that are first tried together. */
export const combinedAttemptMutations = mutationsOf(
  'workflows/purchase/combined-attempt.ts',
  'test/workflows/first-try.test.ts',
  [
    {
      name: 'a lost try is taken for one that charged nothing',
      find: "const LOST: CombinedResult = {\n  registration: { kind: 'unsettled', askedToWaitMs: 0 },\n  charge: { kind: 'unsettled', askedToWaitMs: 0 },",
      replace:
        "const LOST: CombinedResult = {\n  registration: { kind: 'unsettled', askedToWaitMs: 0 },\n  charge: null,",
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'what the try left in doubt is sent again without asking',
      find: 'return alone({ askFirst: true, ...known }, patience);',
      replace: 'return alone({ ...known, askFirst: false }, patience);',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'a charge that came with the registration is made again',
      find: 'if (!charge || this.chargeGoesAlone) return alone(known, patience);',
      replace: 'if (charge !== null) return alone(known, patience);',
      invariant: 'I1: charged at most once',
    },
    {
      name: 'a broken contract of the try calls nobody',
      find: "if (attempted.kind === 'broken_contract') return attempted;",
      replace: "if (attempted.kind === 'broken_contract') return alone({ askFirst: true }, patience);",
      invariant: 'An answer that the contract does not allow is shown to a person',
    },
    {
      name: 'what the try knows of a call is forgotten',
      find: 'return alone({ askFirst: true, ...known }, patience);',
      replace: 'return alone({ askFirst: true }, patience);',
      invariant: 'I14, P2: what MobiFone refused is not sent again under the same id',
    },
    {
      name: 'what the try left open is never in doubt',
      find: 'if (!isClear(attempted)) this.onDoubt();',
      replace: '',
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'the pause that MobiFone asked for is not kept after the try',
      find: 'await this.activities.waitAsAsked(askedToWaitMs);',
      replace: '',
      invariant: 'Retry-After is respected',
    },
    {
      name: 'a decision tears the try apart',
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
      find: "this.result.charge ? 'sent' : 'not_sent'",
      replace: "this.result.charge ? 'not_sent' : 'sent'",
      invariant: 'A cancellation before the charge is honoured, and none after it',
    },
  ],
);
