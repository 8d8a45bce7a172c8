import { mutationsOf } from '../mutation';

/** Faults in what is paused, and in who is kept from selling by it. */
export const controlMutations = [
  ...mutationsOf('workflows/control.ts', 'test/workflows/control.test.ts', [
    {
      name: 'a pause is not told to whoever reads without a worker',
      find: '  upsertMemo({ [CONTROL_MEMO]: state });\n',
      replace: '',
      invariant: 'A pause holds in every process of the API',
    },
    {
      name: 'a new history begins with nothing paused',
      find: '{ memo: { [CONTROL_MEMO]: next } })(next);',
      replace: '{ memo: { [CONTROL_MEMO]: next } })(toHandOn({ ...state, pauses: [] }));',
      invariant: 'A pause survives everything',
    },
    {
      name: 'a history goes on for ever',
      find: 'acts >= ACTS_OF_A_RUN || workflowInfo().continueAsNewSuggested',
      replace: 'workflowInfo().continueAsNewSuggested',
      invariant: 'The control workflow’s history is bounded',
    },
    {
      name: 'anything may be paused',
      find: 'refuse(pauseFault(state.pauses, request, new Date()))',
      replace: 'undefined',
      invariant: 'What makes no sense is refused in words',
    },
    {
      name: 'a pause forgets those before it',
      find: '[...state.pauses, pause]',
      replace: '[pause]',
      invariant: 'A pause stands until it is resumed',
    },
    {
      name: 'resuming one resumes all',
      find: "write(without(state.pauses, scope), { act: 'resumed'",
      replace: "write([], { act: 'resumed'",
      invariant: 'A pause stands until it is resumed',
    },
    {
      name: 'a pause with an end does not end',
      find: 'const ending = nextToEnd(state.pauses);',
      replace: 'const ending = state.pauses.find(() => false);',
      invariant: 'A pause ends when it was said to',
    },
    {
      name: 'the pause that ends last is awaited first',
      find: 'endOf(one) - endOf(other)',
      replace: 'endOf(other) - endOf(one)',
      invariant: 'A pause ends when it was said to',
    },
    {
      name: 'a pause that was resumed ends a later one',
      find: 'if (await condition(changed,',
      replace: 'if (await condition(() => false,',
      invariant: 'A pause stands until it is resumed',
    },
  ]),
  ...mutationsOf('selling/sales-gate.ts', 'test/api/pauses.test.ts', [
    {
      name: 'what is paused is sold',
      find: 'if (pause) throw paused(pause, at);',
      replace: '',
      invariant: 'No sale begins in the scope of a pause',
    },
    {
      name: 'a pause of another channel strikes',
      find: 'channel: channel.name, package: code',
      replace: "channel: 'shop' as never, package: code",
      invariant: 'I9: a pause of one channel changes nothing for another',
    },
  ]),
  ...mutationsOf('client/current-state.ts', 'test/client/current-pauses.test.ts', [
    {
      name: 'what was once known to be paused is known for ever',
      find: 'if (!this.known || age >= this.ages.maxMs) return reading;',
      replace: 'if (!this.known) return reading;',
      invariant: 'A pause takes effect within the time that is promised',
    },
    {
      name: 'what is paused is asked for at every sale',
      find: 'if (this.known && age < this.ages.freshMs) return this.known.state;',
      replace: '',
      invariant: 'A sale costs no further call to Temporal',
    },
    {
      name: 'what is paused is never read anew beside a sale',
      find: 'age < this.ages.freshMs) return',
      replace: 'age < this.ages.maxMs) return',
      invariant: 'A sale does not wait for what is paused',
    },
  ]),
  ...mutationsOf('client/decided-state.ts', 'test/workflows/control.test.ts', [
    {
      name: 'what was terminated begins anew with nothing paused',
      find: 'args: [last],',
      replace: 'args: [this.workflow.initial],',
      invariant: 'A pause survives everything',
    },
    {
      name: 'a second control workflow is begun',
      find: 'WorkflowIdConflictPolicy.USE_EXISTING',
      replace: 'WorkflowIdConflictPolicy.TERMINATE_EXISTING',
      invariant: 'A pause survives everything',
    },
  ]),
];
