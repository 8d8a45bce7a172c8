import { markdownText } from '../domain/harmless-text';
import { readable } from '../domain/refused-input';
import { inPersonsWords } from '../domain/persons-words';
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  defineQuery,
  defineUpdate,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  CONTROL_MEMO,
  CONTROL_REFUSED,
  isSameScope,
  PAUSE_UPDATE,
  PAUSES_QUERY,
  pauseFault,
  RESUME_UPDATE,
  resumeFault,
  scopeInWords,
  withAct,
  type ControlAct,
  type ControlState,
  type Pause,
  type PauseRequest,
  type ResumeRequest,
} from '../domain/control';
import { isHandedOn, toHandOn } from '../domain/decided-list';
import { isOnBuild, outlivesBuilds } from './outlives-builds';
import { RequestsTaken } from './requests-taken';
import { requireFields, requireHandedOn } from './start-inputs';

/** Some 600 events: a history that anybody can still read. */
const MAX_ACTS_PER_RUN = 100;

/**
 * Holds what is paused, for as long as anybody pauses anything: each act is an update, so that who did it and why
 * stay in its history. The current pauses are also in its memo, which the API reads without a worker. Without a state to
 * begin with it fails: that it began with none would lift every pause.
 */
export async function control(before: ControlState): Promise<void> {
  requireFields('state', before, { pauses: 'array', trail: 'array' });
  if (!workflowInfo().unsafe.isReplaying) requireHandedOn(isHandedOn(before) ? before : undefined); // an earlier version handed on an empty list as it was
  let state = before;
  let acts = 0;
  const requests = new RequestsTaken(true); // or a reset would lift the pauses after it
  const write = (pauses: readonly Pause[], act: ControlAct) => {
    state = withAct(state, pauses, act);
    acts += 1;
    publish(state);
  };

  setHandler(defineQuery<ControlState>(PAUSES_QUERY), () => state, {
    description: 'What is paused, and the latest acts.',
  });
  setHandler(
    defineUpdate<ControlState, [PauseRequest]>(PAUSE_UPDATE),
    readable(async (request) => {
      requests.take(request);
      const { scope, by, why, until } = inPersonsWords(request);
      const at = now();
      const pause: Pause = { scope, by, why, since: at, ...(until === undefined ? {} : { until }) };
      write([...state.pauses, pause], { act: 'paused', scope, by, why, at });
      return state;
    }),
    {
      validator: (request) => {
        refuse(pauseFault(state.pauses, request, new Date()));
        requests.require(request);
      },
      description:
        'Stops new sales of a package, of a channel, or all: {"scope":{"kind":"all"},"by":"…","why":"…"}',
    },
  );
  setHandler(
    defineUpdate<ControlState, [ResumeRequest]>(RESUME_UPDATE),
    readable(async (request) => {
      requests.take(request);
      const { scope, by, why } = inPersonsWords(request);
      write(without(state.pauses, scope), { act: 'resumed', scope, by, why, at: now() });
      return state;
    }),
    {
      validator: (request) => {
        refuse(resumeFault(state.pauses, request));
        requests.require(request);
      },
      description: 'Sells again what was paused: {"scope":{"kind":"all"},"by":"…","why":"…"}',
    },
  );
  publish(state);

  const beganOnBuild = isOnBuild();
  const isLong = () => acts >= MAX_ACTS_PER_RUN || workflowInfo().continueAsNewSuggested;
  // Where builds were introduced since, this run would be pinned to the first one; the next run is not.
  const isPinned = () => acts > 0 && !beganOnBuild && isOnBuild();
  while (!isLong() && !isPinned()) {
    const ending = nextToEnd(state.pauses);
    const known = acts;
    const changed = () => acts !== known;
    if (!ending) {
      await condition(changed);
      continue;
    }
    const summary = `Until the pause of ${markdownText(scopeInWords(ending.scope))} ends`;
    if (await condition(changed, Math.max(1, endOf(ending) - Date.now()), { summary })) continue;
    const { scope, by, why } = ending;
    write(without(state.pauses, scope), { act: 'expired', scope, by, why, at: now() });
  }
  await condition(allHandlersFinished);
  // With its memo from the first moment on: until a worker takes it up, the API reads nothing else.
  const next = toHandOn(state);
  await makeContinueAsNewFunc<typeof control>({ memo: { [CONTROL_MEMO]: next } })(next);
}

outlivesBuilds(control);

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw ApplicationFailure.nonRetryable(fault, CONTROL_REFUSED);
}

function without(pauses: readonly Pause[], scope: Pause['scope']): readonly Pause[] {
  return pauses.filter((pause) => !isSameScope(pause.scope, scope));
}

function nextToEnd(pauses: readonly Pause[]): Pause | undefined {
  return pauses
    .filter(({ until }) => until !== undefined)
    .toSorted((one, other) => endOf(one) - endOf(other))[0];
}

function endOf({ until }: Pause): number {
  return Date.parse(until ?? '');
}

function publish(state: ControlState): void {
  upsertMemo({ [CONTROL_MEMO]: state });
  setCurrentDetails(story(state));
}

/** The state as Markdown for the Web UI. */
function story({ pauses, trail }: ControlState): string {
  return [
    pauses.length === 0 ? '**Nothing is paused.** All that is on sale is sold.' : '**Paused:**',
    '',
    ...pauses.flatMap(({ scope, by, why, since, until }) => [
      `- ${markdownText(scopeInWords(scope))} since ${since} by ${markdownText(by)}: ${markdownText(why)} (${until ? `until ${until}` : 'until somebody resumes'})`,
      `  – to sell again: ${markdownText(`datacode purchases resume ${scopeInWords(scope)}`)}`,
    ]),
    '',
    '**Latest acts:**',
    '',
    ...trail
      .toReversed()
      .map(
        ({ act, scope, by, why, at }) =>
          `- ${at} ${act} ${markdownText(scopeInWords(scope))} by ${markdownText(by)}: ${markdownText(why)}`,
      ),
  ].join('\n');
}

/** Workflow time, which replays the same. */
function now(): string {
  return new Date().toISOString();
}
