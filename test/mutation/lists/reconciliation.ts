import { mutationsOf, type Mutation } from '../mutation';

const STORIES = 'test/workflows/reconciliation.test.ts';

/** Faults in the reconciliation of a day, and in telling operations of it. */
export const reconciliationMutations: readonly Mutation[] = [
  ...mutationsOf('workflows/reconciliation/reconciliation.ts', STORIES, [
    {
      name: 'a file that is not there is looked for once only',
      find: "if (reason !== 'file_missing' || left <= 0)",
      replace: "if (reason !== 'file_missing' || left > 0)",
      invariant: 'A late file is waited for',
    },
    {
      name: 'a refusal of the source is waited out',
      find: "if (reason !== 'file_missing' || left <= 0)",
      replace: 'if (left <= 0)',
      invariant: 'What a person must settle is told at once',
    },
    {
      name: 'the pauses between looks do not grow',
      find: 'pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS);',
      replace: '',
      invariant: 'A missing file is looked for with growing pauses',
    },
    {
      name: 'patience does not run out as planned',
      find: 'left -= wait;',
      replace: 'left -= wait * 2;',
      invariant: 'A file is waited for as long as it is configured',
    },
    {
      name: 'a source that fails again and again fails the workflow',
      find: "return { kind: 'failed', detail };",
      replace: 'throw failure;',
      invariant: 'A day that cannot be reconciled is an outcome',
    },
    {
      name: 'nobody is told',
      find: 'await alertOn(result, policy.webhooks);',
      replace: '',
      invariant: 'Operations are told of breaks',
    },
  ]),
  ...mutationsOf('workflows/reconciliation/alert.ts', STORIES, [
    {
      name: 'a clean day is told of',
      find: 'if (result.clean) return undefined;',
      replace: '',
      invariant: 'A clean day disturbs nobody',
    },
    {
      name: 'breaks are told of under another id each time',
      find: 'id: breaksEventId(day, report.digest),',
      replace: 'id: breaksEventId(day, firstExecutionRunId),',
      invariant: 'The same comparison is told under the same id',
    },
    {
      name: 'every run that fails is told of under one id',
      find: 'id: failedEventId(day, firstExecutionRunId),',
      replace: 'id: failedEventId(day, day),',
      invariant: 'Each morning tells anew of a day that is still not reconciled',
    },
  ]),
  ...mutationsOf('activities/settlement-fetch.ts', STORIES, [
    {
      name: 'a neighbouring day’s file that is missing stops the day',
      find: "if (role === 'day' && fetched.length === 0)",
      replace: 'if (fetched.length === 0)',
      invariant: 'Only the day’s own file is needed',
    },
    {
      name: 'corrections are left aside',
      find: '...(hasCorrections',
      replace: '...(!hasCorrections',
      invariant: 'Corrections are taken along where they are',
    },
    {
      name: 'a fault of the source that passes is not tried again',
      find: 'message: `${wanted.kind} of ${wanted.day}: ${fault.message}`,',
      replace: 'message: `${wanted.kind} of ${wanted.day}: ${fault.message}`, nonRetryable: true,',
      invariant: 'What passes is tried again',
    },
  ]),
  ...mutationsOf('activities/operations-activities.ts', STORIES, [
    {
      name: 'an event that was not taken counts as told',
      find: "if (verdict.kind === 'delivered') return 'told';",
      replace: "if (verdict.kind) return 'told';",
      invariant: 'Operations are told until they take it',
    },
  ]),
];
