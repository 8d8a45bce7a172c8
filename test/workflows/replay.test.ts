import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { recordedHistories } from '../support/histories';
import { fromGlobalSetup } from '../support/test-environment';

describe('histories recorded by released versions', () => {
  it.each(recordedHistories())('$name replays on today’s workflow code (I12)', async ({ history }) => {
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: fromGlobalSetup('workflowBundle') } },
      history,
      'purchase:demo:replayed',
    );
  });
});
