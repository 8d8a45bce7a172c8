import { ACTIVITY_VERBS } from './verbs-activity';
import { START_VERBS } from './verbs-start';
import { UPDATE_VERBS } from './verbs-update';
import { WORKFLOW_VERBS } from './verbs-workflow';
import { quietly, type Verb } from './verb';

/** Without any verb all must be well; else this room, not the verb, is at fault. */
const NOTHING: Verb = { name: 'nothing', when: 'stuck', act: quietly(async () => undefined) };

/** Every verb of the matrix, in the order of the page. */
export const VERBS: readonly Verb[] = [
  NOTHING,
  ...WORKFLOW_VERBS,
  ...UPDATE_VERBS,
  ...START_VERBS,
  ...ACTIVITY_VERBS,
];
