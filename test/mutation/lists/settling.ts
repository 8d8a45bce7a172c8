import { mutationsOf } from '../mutation';

/** Faults in the rounds of a step: what is taken for its end, who is called, and what is remembered as in doubt. */
export const settlingMutations = mutationsOf('workflows/settling.ts', 'test/workflows/attention.test.ts', [
  {
    name: 'an unknown is swallowed as done',
    find: "reason: plan.unsettled ?? 'no_answer', detail });\n      return undefined;",
    replace:
      "reason: plan.unsettled ?? 'no_answer', detail });\n      return this.close(plan, step, { kind: 'done', settledBy: 'reply', attempts: 1 });",
    invariant: 'I2: succeeds only when charged',
  },
  {
    name: 'an unknown is swallowed as refused',
    find: "reason: plan.unsettled ?? 'no_answer', detail });\n      return undefined;",
    replace:
      "reason: plan.unsettled ?? 'no_answer', detail });\n      return this.close(plan, step, { kind: 'refused', refusal: 'registration_refused', settledBy: 'reply', attempts: 1 });",
    invariant: 'I2: never charged and refunded',
  },
  {
    name: 'attention not raised after patience',
    find: "this.record.raiseAttention({ step: plan.step, reason: plan.unsettled ?? 'no_answer', detail });",
    replace: '',
    invariant: 'I4: an outcome or needs attention',
  },
  {
    name: 'attention not raised by a broken contract or a refused rollback',
    find: 'this.record.raiseAttention({ step: plan.step, reason, detail });',
    replace: '',
    invariant: 'I4: an outcome or needs attention',
  },
  {
    name: 'attention never cleared',
    find: 'this.record.clearAttention(plan.step);',
    replace: '',
    invariant: 'I4: needs attention is over when the step is',
  },
  {
    name: 'patience without end',
    find: 'return this.policy.patience * 2 ** Math.min(round, MOST_DOUBLINGS);',
    replace: 'return 36_500 * 86_400_000;',
    invariant: 'I4: an outcome or needs attention',
  },
  {
    name: 'patience does not grow',
    find: 'return this.policy.patience * 2 ** Math.min(round, MOST_DOUBLINGS);',
    replace: 'return this.policy.patience;',
    invariant: 'An outage of days does not fill the history',
  },
  {
    name: 'no pause after an answer that settles nothing',
    find: 'sleep(pause, {',
    replace: 'sleep(1, {',
    invariant: 'MobiFone is not asked hotly',
  },
  {
    name: 'the pause does not grow',
    find: '* PAUSE_GROWTH ** Math.min(round, MOST_DOUBLINGS)',
    replace: '',
    invariant: 'MobiFone is not asked hotly',
  },
  {
    name: 'a broken contract is called silence',
    find: "if (isBrokenContract(failure)) return this.pause(plan, step, round, 'broken_contract', detail);",
    replace: '',
    invariant: 'I4: needs attention tells the reason, and MobiFone is not asked hotly',
  },
  {
    name: 'a step that ended unsettled is not in doubt',
    find: 'if (hasEffect(plan.step)) this.inDoubt = true;\n      if (isCancellation',
    replace: 'if (isCancellation',
    invariant: 'I3: what lands after its rollback is not forgotten',
  },
  {
    name: 'a step that took several attempts is not in doubt',
    find: 'if (settlement.attempts > 1 && hasEffect(plan.step)) this.inDoubt = true;',
    replace: '',
    invariant: 'I3: what lands after its rollback is not forgotten',
  },
  {
    name: 'a registration is never in doubt',
    find: "return step === 'register' || step === 'charge';",
    replace: "return step === 'charge';",
    invariant: 'I3: what lands after its rollback is not forgotten',
  },
  {
    name: 'a charge is never in doubt',
    find: "return step === 'register' || step === 'charge';",
    replace: "return step === 'register';",
    invariant: 'I2: what lands after its rollback is not forgotten',
  },
  {
    name: 'every round sends as if it were the first',
    find: 'plan.send(round > 0,',
    replace: 'plan.send(false,',
    invariant: 'I1: ask before sending again',
  },
  {
    name: 'MobiFone’s contradiction ends the step all the same',
    find: "if (!verdict || 'because' in verdict) return undefined;",
    replace: "if (!verdict) return undefined;\n      if ('because' in verdict) return { kind: 'done' };",
    invariant: 'A fact that MobiFone states outranks any decision',
  },
  {
    name: 'a decision that came too late is never answered',
    find: 'this.interventions.closeDecisions(',
    replace: 'void (() => this.interventions).call(null,',
    invariant: 'Every update is answered',
  },
  {
    name: 'a decision does not end a pause',
    find: 'await this.interventions.interruptible(plan.step, () =>\n        sleep',
    replace:
      'await (async (_: unknown, work: () => Promise<void>) => work())(plan.step, () =>\n        sleep',
    invariant: 'An operator need not wait for the pause to end',
  },
]);
