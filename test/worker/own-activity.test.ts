import type { Context } from '@temporalio/activity';
import { FOREIGN_ACTIVITY, requireOwnActivity } from '../../worker/own-activity';

const RUN = '01a22d4c-04a1-76b4-9550-fdf5ce285149';
const OTHER_RUN = '01a22d4c-04a1-76b4-9550-fdf5ce285150';

/** What Temporal knows of the runs that a story has: which run each is a reset of. */
let originals: Record<string, string>;
let asked: number;
beforeEach(() => {
  originals = {};
  asked = 0;
});

function execute(activityId: string, { runId = RUN, activityType = 'rollbackRegistration' } = {}) {
  const info = { activityId, activityType, workflowExecution: { workflowId: 'purchase:demo:1', runId } };
  return executeOf(info);
}

async function executeOf(info: Partial<Context['info']>) {
  const interceptor = requireOwnActivity((run) => {
    asked += 1;
    return Promise.resolve(originals[run.runId]);
  })({ info } as unknown as Context); // all that it reads
  const intercept = interceptor.inbound?.execute;
  if (!intercept) throw new Error('it intercepts nothing');
  return intercept({ args: [], headers: {} }, () => Promise.resolve('done'));
}

describe('an activity of a workflow', () => {
  it.each([
    `registerPackage:2:${RUN}`,
    `rollback:2:${RUN}`,
    `rollbackRegistrations:2:${RUN}`,
    `x:rollbackRegistration:2:${RUN}`,
    'rollbackRegistration:2',
    'rollbackRegistration:2:',
    'rollbackRegistration',
    `:2:${RUN}`,
    ' 2',
    '2\n',
    '',
  ])('is not made under the id of another type, or one that is no id of ours: %j', async (activityId) => {
    await expect(execute(activityId)).rejects.toMatchObject({ type: FOREIGN_ACTIVITY });
    expect(asked).toBe(0);
  });

  it('is not made in another run than it was ordered in, such as one that somebody else started', async () => {
    originals[OTHER_RUN] = OTHER_RUN;
    const activityId = `rollbackRegistration:2:${RUN}`;
    await expect(execute(activityId, { runId: OTHER_RUN })).rejects.toMatchObject({ type: FOREIGN_ACTIVITY });
    await expect(execute(activityId, { runId: 'gone' })).rejects.toMatchObject({ type: FOREIGN_ACTIVITY });
  });

  it('is made in its run without a question, and in a reset of it', async () => {
    const activityId = `rollbackRegistration:2:${RUN}`;
    expect(await execute(activityId)).toBe('done');
    expect(asked).toBe(0);
    originals[OTHER_RUN] = RUN;
    expect(await execute(activityId, { runId: OTHER_RUN })).toBe('done');
  });

  it('of before, whose id is a number, is made', async () => {
    expect(await execute('17')).toBe('done');
  });

  it('is held to that only in a workflow: a question of its own has an id of its own', async () => {
    expect(await executeOf({ activityId: 'eligibility-1', activityType: 'askEligibility' })).toBe('done');
  });
});
