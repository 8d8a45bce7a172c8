import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Blocks, type BlockResult } from '../../client/blocks';
import { DecisionsUnreadable } from '../../client/decided-state';
import {
  BLOCK_UPDATE,
  BLOCKS_QUERY,
  BLOCKS_WORKFLOW,
  BLOCKS_WORKFLOW_ID,
  type BlocksState,
  UNBLOCK_UPDATE,
} from '../../domain/blocks';
import { msisdn } from '../../domain/msisdn';
import { recordHistory } from '../support/histories';
import { requestsOf } from '../support/history-reading';
import { PurchaseLab, TASK_QUEUE, timeSkippingServer } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const [ONE, OTHER] = [msisdn('84901234567'), msisdn('84901234568')];
const WHO = { by: 'lan@agent.example', why: 'fraud, ticket 4711' };
const DAY = 24 * 3_600_000;

let server: TestWorkflowEnvironment;
let blocks: Blocks;
let lab: PurchaseLab;
beforeEach(async () => {
  server = await timeSkippingServer(); // one for each story, as there is one list in a namespace
  blocks = new Blocks(server.client, TASK_QUEUE);
  lab = new PurchaseLab(server, new ScriptedGateway());
});
afterEach(() => server.teardown());

const handle = () => server.client.workflow.getHandle(BLOCKS_WORKFLOW_ID);
const numbers = ({ blocks: all }: BlocksState) => all.map(({ msisdn: number }) => number);

/** The state after an act that must have been done. */
function done(result: BlockResult): BlocksState {
  if (result.kind === 'refused') throw new Error(result.because);
  return result.state;
}

describe('blocked numbers', () => {
  it('are none before anybody blocked one, without a workflow or a worker', async () => {
    expect(await blocks.read()).toEqual({ blocks: [], trail: [] });
    expect(await blocks.unblock({ msisdn: ONE, ...WHO })).toMatchObject({ kind: 'refused' });
    await expect(handle().describe()).rejects.toThrow(/not found/i);
  });

  it('are told with who and why until somebody unblocks them, and the history keeps every act', async () => {
    await lab.run(async () => {
      done(await blocks.block({ msisdn: ONE, ...WHO, why: `${WHO.why}, of 0901 234 568` }));
      const both = done(await blocks.block({ msisdn: OTHER, by: 'minh', why: 'asked by the police' }));
      expect(both.blocks).toEqual([
        { msisdn: ONE, ...WHO, why: `${WHO.why}, of ****568`, since: expect.any(String) as string },
        { msisdn: OTHER, by: 'minh', why: 'asked by the police', since: expect.any(String) as string },
      ]);
      const left = done(await blocks.unblock({ msisdn: ONE, by: 'minh', why: 'cleared' }));
      expect(numbers(left)).toEqual([OTHER]);
      expect(left.trail.map(({ act, by }) => `${act} by ${by}`)).toEqual([
        'blocked by lan@agent.example',
        'blocked by minh',
        'unblocked by minh',
      ]);
      expect(await handle().query<BlocksState>(BLOCKS_QUERY)).toEqual(left);
      expect(await blocks.read()).toEqual(left);
      const { events } = await handle().fetchHistory();
      const asked = (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      expect(asked).toHaveLength(3);
      await recordHistory('blocks-added-and-removed', handle());
    });
  });

  it('are blocked by no earlier block that was stored and is sent again', async () => {
    await lab.run(async () => {
      done(await blocks.block({ msisdn: ONE, ...WHO }));
      done(await blocks.unblock({ msisdn: ONE, ...WHO }));
      const [request] = await requestsOf(handle());
      await expect(handle().executeUpdate(BLOCK_UPDATE, { args: [request] })).rejects.toMatchObject({
        cause: { message: expect.stringContaining('taken before') as string },
      });
      expect(numbers(await blocks.read())).toEqual([]);
    });
  });

  it('are unblocked by no block that was stored and sent again as the other act', async () => {
    await lab.run(async () => {
      const { blocks: before } = done(await blocks.block({ msisdn: ONE, ...WHO }));
      const [request] = await requestsOf(handle());
      await expect(handle().executeUpdate(UNBLOCK_UPDATE, { args: [request] })).rejects.toMatchObject({
        cause: { message: 'the input is of another act than "unblock"' },
      });
      expect((await blocks.read()).blocks).toEqual(before);
    });
  });

  it('are not unblocked by the end of an earlier block that was stored and is sent again', async () => {
    await lab.run(async () => {
      done(await blocks.block({ msisdn: ONE, ...WHO }));
      done(await blocks.unblock({ msisdn: ONE, ...WHO }));
      const { blocks: before } = done(await blocks.block({ msisdn: ONE, ...WHO }));
      const requests = await requestsOf(handle());
      await expect(handle().executeUpdate(UNBLOCK_UPDATE, { args: [requests[1]] })).rejects.toMatchObject({
        cause: { message: expect.stringContaining('what the input ends is over') },
      });
      expect((await blocks.read()).blocks).toEqual(before);
    });
  });

  it('stay blocked when the workflow is terminated and begun anew', async () => {
    await lab.run(async () => done(await blocks.block({ msisdn: ONE, ...WHO })));
    await handle().terminate('a slip of the hand');
    expect(numbers(await blocks.read())).toEqual([ONE]);
    await lab.run(async () =>
      expect(numbers(done(await blocks.block({ msisdn: OTHER, ...WHO })))).toEqual([ONE, OTHER]),
    );
  });

  it.each([
    ['that no worker takes up', 'nobody-polls', []],
    ['that our worker takes up, without the list', TASK_QUEUE, []],
    ['that our worker takes up, with another input', TASK_QUEUE, ['']],
  ])(
    'are not unblocked by a workflow of their id %s: it is not known what is blocked',
    async (_, taskQueue, args) => {
      await lab.run(async () => {
        done(await blocks.block({ msisdn: ONE, ...WHO }));
        await handle().terminate('to take its place');
        await server.client.workflow.start(BLOCKS_WORKFLOW, {
          workflowId: BLOCKS_WORKFLOW_ID,
          taskQueue,
          args,
        });
        await expect(blocks.read()).rejects.toBeInstanceOf(DecisionsUnreadable);
        if (taskQueue === TASK_QUEUE) await expect(handle().result()).rejects.toThrow();
        await expect(blocks.read()).rejects.toBeInstanceOf(DecisionsUnreadable);
        await expect(blocks.block({ msisdn: OTHER, ...WHO })).rejects.toBeInstanceOf(DecisionsUnreadable);
      });
    },
  );

  it('are written anew at least once a week, so that no old key holds them, and after many acts', async () => {
    await lab.run(async () => {
      done(await blocks.block({ msisdn: ONE, ...WHO }));
      const { runId } = await handle().describe();
      await server.sleep(8 * DAY);
      const later = await handle().describe();
      expect(later.runId).not.toBe(runId);
      expect(numbers(await blocks.read())).toEqual([ONE]);
      for (let at = 0; at < 20; at += 1)
        done(await blocks.block({ msisdn: msisdn(`8490200${String(at).padStart(4, '0')}`), ...WHO }));
      expect(numbers(done(await blocks.unblock({ msisdn: ONE, ...WHO })))).toHaveLength(20);
      expect((await handle().describe()).runId).not.toBe(later.runId);
    });
  });

  it.each([
    ['twice', { msisdn: ONE, ...WHO }, /^8490\*\*\*\*567 is blocked already, since .* by lan@agent.example/],
    ['without who', { msisdn: OTHER, by: ' ', why: 'x' }, /"by" must be given/],
    ['by whom nobody can see', { msisdn: OTHER, by: '\u200b', why: 'x' }, /"by" must be given/],
    [
      'with a long reason',
      { msisdn: OTHER, by: 'lan', why: 'x'.repeat(201) },
      /"why" may have 200 characters/,
    ],
    ['of no number', { msisdn: '0901234567', ...WHO }, /"msisdn" must be 84 and nine digits/],
    ['as a text', 'everybody', /must be a JSON object/],
  ])('are not blocked %s: the Web UI is told why, and no task fails', async (_, request, because) => {
    await lab.run(async () => {
      done(await blocks.block({ msisdn: ONE, ...WHO }));
      const refused = handle().executeUpdate(BLOCK_UPDATE, { args: [request] });
      await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringMatching(because) } });
      expect(numbers(await blocks.read())).toEqual([ONE]);
    });
  });
});
