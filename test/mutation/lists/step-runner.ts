import { mutationsOf } from '../mutation';

/** Faults in the rounds of a step: what is taken for its end, who is called, and what is remembered as in doubt. */
export const stepRunnerMutations = [
  ...mutationsOf('workflows/purchase/step-runner.ts', 'test/workflows/attention.test.ts', [
    {
      name: 'an unknown is swallowed as done',
      find: 'return this.pause(running, { reason, detail, askedMs: retryAfterMs });',
      replace: "return this.close(running, { kind: 'done', settledBy: 'reply', attempts: 1 });",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'an unknown is swallowed as refused',
      find: 'return this.pause(running, { reason, detail, askedMs: retryAfterMs });',
      replace:
        "return this.close(running, { kind: 'refused', refusal: 'registration_refused', settledBy: 'reply', attempts: 1 });",
      invariant: 'I2: never charged and refunded',
    },
    {
      name: 'attention not raised after patience',
      find: 'this.record.raiseAttention({ step: plan.step, reason, detail });',
      replace:
        "if (reason === 'broken_contract' || reason === plan.refusalNeedsPerson)\n      this.record.raiseAttention({ step: plan.step, reason, detail });",
      invariant: 'I4: an outcome or needs attention',
    },
    {
      name: 'attention not raised by a broken contract or a refused rollback',
      find: 'this.record.raiseAttention({ step: plan.step, reason, detail });',
      replace:
        "if (reason !== 'broken_contract' && reason !== plan.refusalNeedsPerson)\n      this.record.raiseAttention({ step: plan.step, reason, detail });",
      invariant: 'I4: an outcome or needs attention',
    },
    {
      name: 'attention never cleared',
      find: 'this.record.clearAttention(plan.step);',
      replace: '',
      invariant: 'I4: needs attention is over when the step is',
    },
    {
      name: 'no pause after an answer that settles nothing',
      find: 'const pause = pauseMs(this.policy, round, { isAnswer, askedMs });',
      replace: 'const pause = isAnswer ? 0 : pauseMs(this.policy, round, { isAnswer, askedMs });',
      invariant: 'MobiFone is not asked hotly',
    },
    {
      name: 'a broken contract is called silence',
      find: "isBroken ? 'broken_contract' : (",
      replace: '(',
      invariant: 'I4: needs attention tells the reason, and MobiFone is not asked hotly',
    },
    {
      name: 'a step that ended unsettled is not in doubt',
      find: 'if (hasEffect(plan.step) && !isClear(told)) this.inDoubt = true;',
      replace: '',
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'a step that took several attempts is not in doubt',
      find: 'if (result.attempts > 1 && hasEffect(running.plan.step)) this.inDoubt = true;',
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
      find: 'const known = { ...before, ...this.laterRun(step) };',
      replace: 'const known = { askFirst: false };',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'a call inside the workflow task can be skipped and interrupted',
      find: 'if (!this.policy.undisturbedCalls)',
      replace: 'if (step)',
      invariant: 'I12: a replay hears the news in the order of the first run',
    },
    {
      name: 'a refused check ends a sale that was to be stopped as rejected',
      find: "atOnce?.kind === 'refused' && this.updates.saleStop.forStep(step)",
      replace: 'false',
      invariant: 'A wish to stop that was accepted is how the sale ends',
    },
    {
      name: 'a run that was reset does not say that it is one',
      find: 'return MAY_BE_DECIDED.has(step) && isLaterPurchaseRun(this.record) ? { anew: true } : {};',
      replace: 'return {};',
      invariant: 'I14: what an earlier run decided is not decided anew',
    },
    {
      name: 'a notice that an earlier run gave is not given again as it was',
      find: 'this.refundOfEarlierRun = refund;',
      replace: '',
      invariant: 'I5: the same bytes, by whichever run',
    },
    {
      name: 'MobiFone’s contradiction ends the step all the same',
      find: "if (!verdict || 'because' in verdict) {",
      replace: "if (verdict && 'because' in verdict) return { kind: 'done' };\n      if (!verdict) {",
      invariant: 'A fact that MobiFone states outranks any decision',
    },
    {
      name: 'a decision that came too late is never answered',
      find: 'this.updates.decisions.close(',
      replace: 'void (() => this.updates).call(null,',
      invariant: 'Every update is answered',
    },
    {
      name: 'a decision does not end a pause',
      find: 'await this.interruptible(step, () => sleep',
      replace: 'await (async (_: unknown, work: () => Promise<void>) => work())(step, () => sleep',
      invariant: 'An operator need not wait for the pause to end',
    },
    {
      name: 'a broken contract ends every round',
      find: 'running.known = { askFirst: true, persistent: true, ...told };',
      replace: 'running.known = { askFirst: true, ...told };',
      invariant: 'I15: a bounded number of history events',
    },
    {
      name: 'what a round knows of its command ends with it',
      find: 'running.known = { askFirst: true, persistent: true, ...told };',
      replace: 'running.known = { askFirst: true, persistent: true };',
      invariant: 'I14, P2, P7: what MobiFone refused or disputes is remembered over rounds',
    },
    {
      name: 'what the first try disputes is forgotten',
      find: 'running.known = { askFirst: true, persistent: true, ...known };',
      replace: 'running.known = { askFirst: true, persistent: true };',
      invariant: 'I2, P7: what an inquiry does not tell is not confirmed',
    },
    {
      name: 'what was interrupted is sent again without asking',
      find: 'running.known = { ...known, askFirst: true, interrupted: true };',
      replace: 'running.known = { ...known, askFirst: false };',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'what was interrupted counts as never sent',
      find: 'const { neverSent: _, quiet: _quiet, ...known } = running.known; // what was interrupted may have been sent',
      replace: 'const known = running.known;',
      invariant: 'I14: what may have been sent is asked about for as long as an inquiry may lag',
    },
    {
      name: 'a run anew sends as if it were the first',
      find: 'if (mayBeSold || isLaterPurchaseRun(this.record)) return { askFirst: true };',
      replace: 'if (mayBeSold) return { askFirst: true };',
      invariant: 'I14: a run anew asks before it sends',
    },
    {
      name: 'a person is not told that a decision is theirs alone',
      find: 'pending.result = { applied: true, ...(unconfirmed ? { unconfirmed } : {}) };',
      replace: 'pending.result = { applied: true };',
      invariant: 'What MobiFone has not confirmed says that it rests on the person',
    },
  ]),
  ...mutationsOf('workflows/rounds.ts', 'test/workflows/attention.test.ts', [
    {
      name: 'patience without end',
      find: 'return policy.patience * 2 ** Math.min(round, MAX_DOUBLINGS);',
      replace: 'return 36_500 * 86_400_000;',
      invariant: 'I4: an outcome or needs attention',
    },
    {
      name: 'patience does not grow',
      find: 'return policy.patience * 2 ** Math.min(round, MAX_DOUBLINGS);',
      replace: 'return round >= 0 ? policy.patience : 0;',
      invariant: 'An outage of days does not fill the history',
    },
    {
      name: 'the pause does not grow',
      find: ' * PAUSE_GROWTH ** Math.min(round, MAX_DOUBLINGS)',
      replace: '',
      invariant: 'MobiFone is not asked hotly',
    },
    {
      name: 'rounds have no floor',
      find: 'return Math.max(Math.min(Math.max(grown, least), longest), askedMs);',
      replace: 'return Math.max(Math.min(grown, longest), askedMs);',
      invariant: 'I15: a bounded number of requests an hour under any settings',
    },
    {
      name: 'the wait that was asked for is not kept after the round',
      find: 'return Math.max(Math.min(Math.max(grown, least), longest), askedMs);',
      replace: 'return Math.min(Math.max(grown, least), longest);',
      invariant: 'I15: the wait that was asked for is kept over rounds',
    },
    {
      name: 'a pause after an answer grows for hours',
      find: 'return Math.max(Math.min(Math.max(grown, least), longest), askedMs);',
      replace: 'return Math.max(grown, least, askedMs);',
      invariant: 'I15: all come to rest within minutes of healing',
    },
  ]),
];
