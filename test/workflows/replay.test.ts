import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { recordedHistories } from '../support/histories';
import { fromGlobalSetup } from '../support/test-environment';

const HISTORIES = recordedHistories();
const workflowIdOf = (name: string) => `purchase:demo:${name}`;

describe('histories recorded by released versions', () => {
  /** By workflow id: why it does not replay, or nothing. One worker replays them all. */
  const faults = new Map<string, unknown>();
  beforeAll(async () => {
    const options = { workflowBundle: { codePath: fromGlobalSetup('workflowBundle') } };
    const histories = HISTORIES.map(({ name, history }) => ({ workflowId: workflowIdOf(name), history }));
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
      faults.set(workflowId, error);
    }
  });

  it.each(HISTORIES)('$name replays on today’s workflow code (I12)', ({ name }) => {
    expect([...faults.keys()]).toContain(workflowIdOf(name));
    expect(faults.get(workflowIdOf(name))).toBeUndefined();
  });
});
