import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { CHAOS_SETTINGS } from './settings';
import type { slowTurn } from './slow-turn-workflow';

/** Minutes for a machine that is busy with something else. */
jest.setTimeout(600_000);

let stack: EmbeddedStack;
beforeAll(async () => {
  stack = await EmbeddedStack.start(CHAOS_SETTINGS);
});
afterAll(() => stack.end());

describe('a worker that is frozen in the middle of a turn of a workflow', () => {
  /** Longer than the five seconds that the SDK gives a turn unless it is set. */
  const FREEZE_MS = 5_500;
  const TASK_QUEUE = 'slow-turns';

  it('finishes the turn when it wakes, and lives', async () => {
    await stack.startPart('slow-turn-worker', { TEMPORAL_TASK_QUEUE: TASK_QUEUE });
    await stack.temporal(async ({ workflow }) => {
      const handle = await workflow.start<typeof slowTurn>('slowTurn', {
        taskQueue: TASK_QUEUE,
        workflowId: randomUUID(),
        workflowTaskTimeout: '2m', // or the server would have it made again
        args: [30],
      });
      await said('the turn has begun');
      stack.freezePart('slow-turn-worker');
      expect(stack.log).not.toContain('the turn is over');
      await setTimeout(FREEZE_MS);
      stack.thawPart('slow-turn-worker');

      expect(await handle.result()).toBe('done');
      const { events } = await handle.fetchHistory();
      expect(
        events?.filter(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes),
      ).toEqual([]);
    });
    expect(await stack.stopPart('slow-turn-worker')).toMatchObject({ clean: true });
  });

  async function said(words: string): Promise<void> {
    await eventually(words, () => stack.log.includes(words) || undefined);
  }
});
