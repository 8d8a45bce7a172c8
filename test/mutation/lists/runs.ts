import { mutationsOf } from '../mutation';

const BY_HAND = 'test/workflows/entered-by-hand.test.ts';
const ROUNDS = 'test/workflows/rounds.test.ts';
const COPIES = 'test/workflows/decided-before.test.ts';

/** Faults in what a run takes over from the one before, and in what a person may enter or start by hand. */
export const runMutations = [
  ...mutationsOf('workflows/later-run.ts', BY_HAND, [
    {
      name: 'a purchase that was started by hand is taken for a first run',
      find: 'if (memo?.[memoKey] === undefined) return true;',
      replace: '',
      invariant: 'I14: a run anew asks before it sends',
    },
  ]),
  ...mutationsOf('workflows/later-run.ts', ROUNDS, [
    {
      name: 'a run that was reset or continues is taken for the first',
      find: "if (runId !== firstExecutionRunId) return patched('run-anew');",
      replace: 'if (runId !== firstExecutionRunId) return false;',
      invariant: 'I14: a run anew asks before it sends',
    },
  ]),
  ...mutationsOf('workflows/later-run.ts', COPIES, [
    {
      name: 'a copy of a start that waits is taken for the first run',
      find: "return (isDelayed() || !startsInTime(at, begunAtMs)) && patched('begun-late');",
      replace: 'return false;',
      invariant: 'I2, I14: a copy asks what the first run has done',
    },
  ]),
  ...mutationsOf('workflows/purchase/carried.ts', ROUNDS, [
    {
      name: 'a history grows without end',
      find: 'return this.roundsRun >= (this.policy.roundsOfARun ?? MAX_ROUNDS_PER_RUN);',
      replace: 'return false;',
      invariant: 'I15: a long wait continues as new',
    },
    {
      name: 'a run ends while another step has something on its way',
      find: 'if (this.waiting.size > 0 && this.waiting.size === this.running) this.isLong = true;',
      replace: 'if (this.waiting.size > 0) this.isLong = true;',
      invariant: 'I14: nothing is on its way when a run ends',
    },
    {
      name: 'a step that waits for the next run is waited for in this one',
      find: 'this.running -= 1;\n      this.endWhenAllWait();',
      replace: 'this.running -= 1;',
      invariant: 'I4: an outcome or needs attention',
    },
    {
      name: 'the second rollback ended as the first did',
      find: 'const count = (this.begun.get(step) ?? 0) + 1;',
      replace: 'const count = 1;',
      invariant: 'I3: what lands after its rollback is undone',
    },
  ]),
  ...mutationsOf('workflows/update-inputs.ts', BY_HAND, [
    {
      name: 'a cancellation needs no reason',
      find: "return { refusal: oneOf('refusal', refusal, CANCELLED_BY), ...attributionOf(fields) };",
      replace:
        "return { refusal: oneOf('refusal', refusal, CANCELLED_BY), ...(fields as unknown as Attribution) };",
      invariant: 'Who and why stay in the history',
    },
    {
      name: 'a cancellation without a refusal has none',
      find: 'const { refusal = CANCELLED_BY[0] } = fields;',
      replace: 'const { refusal } = fields;',
      invariant: 'I17: defaults where a person would expect them',
    },
    {
      name: 'a cancellation may have any refusal',
      find: "refusal: oneOf('refusal', refusal, CANCELLED_BY),",
      replace: 'refusal: refusal as CancelRequest["refusal"],',
      invariant: 'I17: no input can fail a workflow task',
    },
    {
      name: 'an operator who cancels is taken for the channel',
      find: 'const { refusal = CANCELLED_BY[0] } = fields;',
      replace: 'const { refusal = CANCELLED_BY[1] } = fields;',
      invariant: 'A channel is told who cancelled',
    },
    {
      name: 'a decision needs no reason',
      find: 'return { decision, ...attributionOf(fields), ...markOf(fields) };',
      replace: 'return { decision, ...(fields as unknown as Attribution), ...markOf(fields) };',
      invariant: 'Who and why stay in the history',
    },
    {
      name: 'fields that there are not are ignored',
      find: 'if (unknown !== undefined)',
      replace: 'if (false)',
      invariant: 'I17: a slip is refused, not ignored',
    },
    {
      name: 'an input that is no object is looked into',
      find: "if (typeof entered !== 'object' || entered === null || Array.isArray(entered)) {",
      replace: 'if (false) {',
      invariant: 'I17: what is wrong is refused with the reason',
    },
    {
      name: 'names are looked up in what every object has',
      find: 'const found = names.find((name) => name === value);',
      replace:
        'const found = ({} as Record<string, T>)[String(value)] ?? names.find((name) => name === value);',
      invariant: 'I17: no input can fail a workflow task',
    },
    {
      name: 'a reason may be of any length',
      find: 'if (value.length > MAX_TEXT_LENGTH)',
      replace: 'if (false)',
      invariant: 'I15: nobody makes a history grow',
    },
    {
      name: 'an event that is far ahead is waited for',
      find: 'entered >= 0 && entered <= last)',
      replace: 'entered >= 0)',
      invariant: 'I15: nobody makes a history grow',
    },
  ]),
  ...mutationsOf('workflows/update-inputs.ts', 'test/workflows/case.test.ts', [
    {
      name: 'a case is decided by nobody',
      find: 'const { by, why } = attributionOf(fields);',
      replace: 'const { by, why } = fields as unknown as Attribution;',
      invariant: 'Each decision has who and why',
    },
    {
      name: 'a case is closed by nothing',
      find: "how: textOf('how', fields['how']) }",
      replace: "how: String(fields['how']) }",
      invariant: 'A closed case names what proves it',
    },
  ]),
  ...mutationsOf('workflows/start-inputs.ts', BY_HAND, [
    {
      name: 'an order that is started under another id sells',
      find: 'if (workflowId === own || unsafe.isReplaying) return;',
      replace: 'if (own || workflowId || unsafe) return;',
      invariant: 'I1: an order is sold under its own id only',
    },
    {
      name: 'a purchase is started with any order',
      find: "requireFields('order', order, ORDER);\n  requireFields('policy', policy, POLICY);\n  requireWebhooks(policy);\n  if",
      replace: "requireFields('policy', policy, POLICY);\n  requireWebhooks(policy);\n  if",
      invariant: 'I17: no input can fail a workflow task',
    },
    {
      name: 'a purchase is started without its policy',
      find: "requireFields('order', order, ORDER);\n  requireFields('policy', policy, POLICY);\n  requireWebhooks(policy);\n  if",
      replace: "requireFields('order', order, ORDER);\n  requireWebhooks(policy);\n  if",
      invariant: 'I17: no input can fail a workflow task',
    },
  ]),
  ...mutationsOf('workflows/case/contradiction.ts', 'test/workflows/decisions.test.ts', [
    {
      name: 'the case of a contradiction ends with its purchase',
      find: 'parentClosePolicy: ParentClosePolicy.ABANDON,',
      replace: 'parentClosePolicy: ParentClosePolicy.TERMINATE,',
      invariant: 'What is wrong stays known until a person says who put it right',
    },
  ]),
];
