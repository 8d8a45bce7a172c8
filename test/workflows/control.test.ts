import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Control, type ControlResult } from '../../client/control';
import { DecisionsUnreadable } from '../../client/decided-state';
import {
  CONTROL_MEMO,
  CONTROL_WORKFLOW,
  CONTROL_WORKFLOW_ID,
  PAUSE_UPDATE,
  PAUSES_QUERY,
  RESUME_UPDATE,
  type ControlState,
  type PauseRequest,
  type PauseScope,
} from '../../domain/control';
import { channelName, type ChannelName } from '../../domain/identifiers';
import { packageCode } from '../../domain/catalogue/packages';
import { recordHistory } from '../support/histories';
import { requestsOf } from '../support/history-reading';
import { PurchaseLab, TASK_QUEUE, timeSkippingServer } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const ALL: PauseScope = { kind: 'all' };
const DEMO: PauseScope = { kind: 'channel', channel: channelName('demo') };
const D90: PauseScope = { kind: 'package', package: packageCode('D90') };
const WHO = { by: 'lan@agent.example', why: 'MobiFone doubles charges' };
const HOUR = 3_600_000;
/** A name that an earlier version took. */
const HOSTILE = '[log in](https://evil.example)\n\n**Nothing is paused.** 0901234567' as ChannelName;

let server: TestWorkflowEnvironment;
let control: Control;
let lab: PurchaseLab;
beforeEach(async () => {
  server = await timeSkippingServer(); // one for each story, as there is one control workflow in a namespace
  control = new Control(server.client, TASK_QUEUE);
  lab = new PurchaseLab(server, new ScriptedGateway());
});
afterEach(() => server.teardown());

const handle = () => server.client.workflow.getHandle(CONTROL_WORKFLOW_ID);
const scopes = ({ pauses }: ControlState) => pauses.map(({ scope }) => scope);
const acts = ({ trail }: ControlState) => trail.map(({ act, scope: { kind } }) => `${act} ${kind}`);

/** The state after an act that must have been done. */
function done(result: ControlResult): ControlState {
  if (result.kind === 'refused') throw new Error(result.because);
  return result.state;
}

describe('what is paused', () => {
  it('is nothing, before anybody paused anything and without a workflow or a worker', async () => {
    expect(await control.read()).toEqual({ pauses: [], trail: [] });
    expect(await control.resume({ scope: ALL, ...WHO })).toMatchObject({ kind: 'refused' });
    await expect(handle().describe()).rejects.toThrow(/not found/i);
  });

  it('is resumed by no pause that was stored and sent again as the other act', async () => {
    await lab.run(async () => {
      const { pauses } = done(await control.pause({ scope: ALL, ...WHO }));
      const [request] = await requestsOf(handle());
      await expect(handle().executeUpdate(RESUME_UPDATE, { args: [request] })).rejects.toMatchObject({
        cause: { message: 'the input is of another act than "resume"' },
      });
      expect((await control.read()).pauses).toEqual(pauses);
    });
  });

  it('is not ended by the end of an earlier one that was stored and is sent again', async () => {
    await lab.run(async () => {
      done(await control.pause({ scope: ALL, ...WHO }));
      done(await control.resume({ scope: ALL, ...WHO }));
      const { pauses } = done(await control.pause({ scope: ALL, ...WHO }));
      const requests = await requestsOf(handle());
      await expect(handle().executeUpdate(RESUME_UPDATE, { args: [requests[1]] })).rejects.toMatchObject({
        cause: { message: expect.stringContaining('what the input ends is over') },
      });
      expect((await control.read()).pauses).toEqual(pauses);
    });
  });

  it('is paused by no earlier pause that was stored and is sent again', async () => {
    await lab.run(async () => {
      done(await control.pause({ scope: ALL, ...WHO }));
      done(await control.resume({ scope: ALL, ...WHO }));
      const [request] = await requestsOf(handle());
      const again = () => handle().executeUpdate(PAUSE_UPDATE, { args: [request] });
      await expect(again()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('taken before') as string },
      });
      await handle().terminate();
      done(await control.pause({ scope: DEMO, ...WHO }));
      await expect(again()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('made for another run') as string },
      });
      expect(scopes(await control.read())).toEqual([DEMO]);
    });
  });

  it('is told with who and why, and goes on until somebody resumes', async () => {
    await lab.run(async () => {
      done(await control.pause({ scope: D90, ...WHO }));
      const paused = done(
        await control.pause({ scope: DEMO, by: 'minh', why: 'webhook lost, says 0901.234.567' }),
      );
      expect(paused.pauses).toEqual([
        { scope: D90, ...WHO, since: expect.any(String) as string },
        { scope: DEMO, by: 'minh', why: 'webhook lost, says ****567', since: expect.any(String) as string },
      ]);
      const resumed = done(
        await control.resume({ scope: D90, by: 'minh', why: 'corrected for 0901 234 567' }),
      );
      expect(scopes(resumed)).toEqual([DEMO]);
      expect(resumed.trail.at(-1)).toMatchObject({
        act: 'resumed',
        scope: D90,
        by: 'minh',
        why: 'corrected for ****567',
      });
      expect(acts(resumed)).toEqual(['paused package', 'paused channel', 'resumed package']);
      expect(await handle().query<ControlState>(PAUSES_QUERY)).toEqual(resumed);
      expect(await control.read()).toEqual(resumed);
      const { events } = await handle().fetchHistory();
      const asked = (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      expect(asked).toHaveLength(3); // all of it in one history, for whoever audits it
      await recordHistory('control-paused-and-resumed', handle());
    });
  });

  it('is read without a worker, and stands when the workflow is terminated and begun anew', async () => {
    await lab.run(async () => done(await control.pause({ scope: DEMO, ...WHO })));
    expect(scopes(await control.read())).toEqual([DEMO]);
    await handle().terminate('a slip of the hand');
    expect(scopes(await control.read())).toEqual([DEMO]);
    await lab.run(async () => {
      const both = done(await control.pause({ scope: D90, ...WHO }));
      expect(scopes(both)).toEqual([DEMO, D90]);
      expect(acts(both)).toEqual(['paused channel', 'paused package']);
    });
  });
});

describe('a workflow of the control workflow’s id that the product did not start', () => {
  it.each([
    ['no worker takes up', 'nobody-polls'],
    ['our worker takes up', TASK_QUEUE],
  ])('lifts no pause where %s it: it is not known what is paused', async (_, taskQueue) => {
    await lab.run(async () => {
      done(await control.pause({ scope: ALL, ...WHO }));
      await handle().terminate('to take its place');
      const workflowId = CONTROL_WORKFLOW_ID;
      await server.client.workflow.start(CONTROL_WORKFLOW, { workflowId, taskQueue, args: [] });
      await expect(control.read()).rejects.toBeInstanceOf(DecisionsUnreadable);
      if (taskQueue === TASK_QUEUE) await expect(handle().result()).rejects.toThrow();
      await expect(control.read()).rejects.toBeInstanceOf(DecisionsUnreadable);
      await expect(control.resume({ scope: ALL, ...WHO })).rejects.toBeInstanceOf(DecisionsUnreadable);
      await expect(control.pause({ scope: D90, ...WHO })).rejects.toThrow(
        'the workflow "control", which holds what is paused, cannot be read now',
      );
    });
  });
});

describe('an act that makes no sense', () => {
  it('is refused in words, and leaves nothing in the history', async () => {
    await lab.run(async () => {
      done(await control.pause({ scope: ALL, ...WHO }));
      const events = async () => (await handle().fetchHistory()).events?.length;
      const before = await events();
      expect(await control.pause({ scope: ALL, by: 'minh', why: 'me too' })).toEqual({
        kind: 'refused',
        because: expect.stringMatching(
          /all is paused already, since .* by lan@agent.example: MobiFone/,
        ) as string,
      });
      expect(await control.resume({ scope: DEMO, ...WHO })).toEqual({
        kind: 'refused',
        because: 'channel demo is not paused; paused: all',
      });
      expect(await events()).toBe(before);
    });
  });

  it.each([
    ['nobody', { scope: D90, by: ' ', why: 'x' }, '"by" must be given'],
    ['somebody whom nobody can see', { scope: D90, by: '\u200b\u2800', why: 'x' }, '"by" must be given'],
    ['no reason', { scope: D90, by: 'lan', why: '' }, '"why" must be given'],
    ['a long reason', { scope: D90, by: 'lan', why: 'x'.repeat(201) }, '"why" may have 200 characters'],
    [
      'somebody of a long name',
      { scope: D90, by: 'x'.repeat(201), why: 'x' },
      '"by" may have 200 characters',
    ],
    ['a scope with more in it', { scope: { ...D90, note: 'x'.repeat(2_000) }, ...WHO }, '"scope" must be'],
    ['no scope', { scope: { kind: 'package' }, ...WHO }, '"scope" must be'],
    [
      'a name that no channel has',
      { scope: { kind: 'channel', channel: HOSTILE }, ...WHO },
      '"scope" must be',
    ],
    [
      'a code that no package has',
      { scope: { kind: 'package', package: HOSTILE }, ...WHO },
      '"scope" must be',
    ],
    ['an unknown scope', { scope: { kind: 'country' }, ...WHO }, '"scope" must be'],
    ['a moment that is past', { scope: D90, ...WHO, until: '2020-09-23T00:00:00Z' }, '"until" must be'],
    ['a moment that is none', { scope: D90, ...WHO, until: 'tomorrow' }, '"until" must be'],
    ['a year alone', { scope: D90, ...WHO, until: '2090' }, '"until" must be'],
    ['30 February', { scope: D90, ...WHO, until: '2090-02-30T08:00:00Z' }, '"until" must be'],
    ['what is paused', { scope: ALL, ...WHO }, 'all is paused already'],
  ])('is refused by the workflow itself, as typed into the Web UI: %s', async (_, request, because) => {
    await lab.run(async () => {
      done(await control.pause({ scope: ALL, ...WHO }));
      await expect(
        handle().executeUpdate<ControlState, [PauseRequest]>(PAUSE_UPDATE, {
          args: [request as PauseRequest],
        }),
      ).rejects.toMatchObject({ cause: { message: expect.stringContaining(because) as string } });
      expect(scopes(await control.read())).toEqual([ALL]);
    });
  });
});

describe('an end of a pause, as typed into the Web UI', () => {
  it.each([
    ['for a long reason', { scope: ALL, by: 'lan', why: 'x'.repeat(201) }, '"why" may have 200 characters'],
    ['of a scope with more in it', { scope: { ...ALL, note: 'x' }, ...WHO }, '"scope" must be'],
  ])('is refused %s, and the pause stands', async (_, request, because) => {
    await lab.run(async () => {
      done(await control.pause({ scope: ALL, ...WHO }));
      await expect(handle().executeUpdate(RESUME_UPDATE, { args: [request] })).rejects.toMatchObject({
        cause: { message: expect.stringContaining(because) as string },
      });
      expect(scopes(await control.read())).toEqual([ALL]);
    });
  });
});

describe('a pause for a reason longer than is taken now, as earlier versions took one', () => {
  it('stands, and is resumed', async () => {
    const since = '2026-11-24T03:05:00.000Z';
    const long = { by: 'lan', why: 'x'.repeat(5_000) };
    const state: ControlState = {
      pauses: [{ scope: ALL, ...long, since }],
      trail: [{ act: 'paused', scope: ALL, ...long, at: since }],
    };
    await lab.run(async () => {
      await server.client.workflow.start(CONTROL_WORKFLOW, {
        workflowId: CONTROL_WORKFLOW_ID,
        taskQueue: TASK_QUEUE,
        args: [state],
        memo: { [CONTROL_MEMO]: state },
      });
      expect(scopes(await control.read())).toEqual([ALL]);
      expect(scopes(done(await control.resume({ scope: ALL, ...WHO })))).toEqual([]);
    });
  });
});

describe('a pause of a name that is none, as earlier versions took one', () => {
  const scope: PauseScope = { kind: 'channel', channel: HOSTILE };
  const details = async () =>
    (await handle().query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;

  it('is no line and no link of ours in the Web UI, and can be resumed', async () => {
    const since = '2026-11-24T03:05:00.000Z';
    const state: ControlState = {
      pauses: [{ scope, ...WHO, since, until: '2099-01-01T00:00:00.000Z' }],
      trail: [{ act: 'paused', scope, ...WHO, at: since }],
    };
    await lab.run(async () => {
      await server.client.workflow.start(CONTROL_WORKFLOW, {
        workflowId: CONTROL_WORKFLOW_ID,
        taskQueue: TASK_QUEUE,
        args: [state],
        memo: { [CONTROL_MEMO]: state },
      });
      const shown = await details();
      expect(shown).not.toContain('\n\n**Nothing');
      expect(shown.replace(/`[^`]*`/g, '')).not.toContain('evil.example');
      expect(scopes(done(await control.resume({ scope, ...WHO })))).toEqual([]);
      expect((await details()).match(/^\*\*Nothing is paused/gm)).toHaveLength(1);
    });
  });
});

describe('a refusal of what a person typed a number into', () => {
  it('does not say it, since refusals are stored in clear', async () => {
    await lab.run(async () => {
      const numbered: PauseScope = { kind: 'channel', channel: channelName('shop-0901234567') };
      done(await control.pause({ scope: numbered, ...WHO }));
      const because = async (update: string, scope: PauseScope): Promise<string> => {
        const fault: unknown = await handle()
          .executeUpdate(update, { args: [{ scope, ...WHO }] })
          .catch((refused: Error) => refused.cause);
        return String(fault);
      };
      expect(await because(PAUSE_UPDATE, numbered)).toContain('channel shop-****567 is paused already');
      expect(await because(RESUME_UPDATE, D90)).toContain('paused: channel shop-****567');
      expect(await because(RESUME_UPDATE, { kind: 'channel', channel: HOSTILE })).toMatch(/\*{4}567 is not/);
      const long = { kind: 'channel', channel: 'x'.repeat(100_000) as ChannelName } as const; // as typed
      expect((await because(RESUME_UPDATE, long)).length).toBeLessThan(300);
    });
  });
});

describe('a pause with an end', () => {
  it('ends of itself, the nearest end first, and says so in the trail', async () => {
    await lab.run(async () => {
      const start = await server.currentTimeMs();
      const until = (hours: number) => new Date(start + hours * HOUR).toISOString();
      done(await control.pause({ scope: DEMO, ...WHO, until: until(5) }));
      done(await control.pause({ scope: D90, ...WHO, until: until(2) }));
      done(await control.pause({ scope: ALL, ...WHO }));
      await server.sleep(3 * HOUR);
      expect(scopes(await control.read())).toEqual([DEMO, ALL]);
      await server.sleep(3 * HOUR);
      const state = await control.read();
      expect(scopes(state)).toEqual([ALL]);
      expect(acts(state).slice(-2)).toEqual(['expired package', 'expired channel']);
      await recordHistory('control-pauses-that-end', handle());
    });
  });

  it('can be resumed before, and does not end a later one', async () => {
    await lab.run(async () => {
      const start = await server.currentTimeMs();
      done(await control.pause({ scope: D90, ...WHO, until: new Date(start + HOUR).toISOString() }));
      done(await control.resume({ scope: D90, ...WHO }));
      done(await control.pause({ scope: D90, ...WHO }));
      await server.sleep(3 * HOUR);
      expect(scopes(await control.read())).toEqual([D90]);
    });
  });
});

describe('a control workflow that has done much', () => {
  it('goes on in a new history, with what is paused and the latest acts', async () => {
    await lab.run(async () => {
      done(await control.pause({ scope: DEMO, ...WHO }));
      const { runId } = await handle().describe();
      for (let round = 0; round < 60; round += 1) {
        done(await control.pause({ scope: D90, ...WHO }));
        done(await control.resume({ scope: D90, ...WHO }));
      }
      const now = await handle().describe();
      expect([now.status.name, now.runId === runId]).toEqual(['RUNNING', false]);
      expect(now.historyLength).toBeLessThan(300);
      const state = await control.read();
      expect(scopes(state)).toEqual([DEMO]);
      expect(state.trail).toHaveLength(50);
      expect(acts(state).at(-1)).toBe('resumed package');
    });
  });
});
