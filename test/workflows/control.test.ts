import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Control, type ControlResult } from '../../client/control';
import { DecisionsUnreadable } from '../../client/decided-state';
import {
  CONTROL_WORKFLOW,
  CONTROL_WORKFLOW_ID,
  PAUSE_UPDATE,
  PAUSES_QUERY,
  RESUME_UPDATE,
  type ControlState,
  type PauseRequest,
  type PauseScope,
} from '../../domain/control';
import { channelName } from '../../domain/identifiers';
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
    ['no scope', { scope: { kind: 'package' }, ...WHO }, '"scope" must be'],
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
