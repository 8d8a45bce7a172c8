import { RunsSeen } from '../../activities/runs-seen';

const MINUTE_MS = 60_000;
const run = (workflowId: string, runId: string) => ({ workflowId, runId });

describe('a process that has worked on a run of a purchase', () => {
  let now = 0;
  const seen = new RunsSeen(() => now);

  it('knows another run of it, however often either comes', () => {
    expect(seen.isAnother(run('purchase:a:1', 'first'))).toBe(false);
    expect(seen.isAnother(run('purchase:a:1', 'copy'))).toBe(true);
    expect(seen.isAnother(run('purchase:a:1', 'first'))).toBe(false);
    expect(seen.isAnother(run('purchase:a:1', 'copy'))).toBe(true);
    expect(seen.isAnother(run('purchase:a:2', 'copy'))).toBe(false);
  });

  it('still knows it minutes later, and forgets what it has not seen for long', () => {
    now += 5 * MINUTE_MS;
    expect(seen.isAnother(run('purchase:a:1', 'copy'))).toBe(true);
    now += 9 * MINUTE_MS;
    expect(seen.isAnother(run('purchase:a:2', 'another'))).toBe(false); // nobody came for fourteen minutes
    expect(seen.isAnother(run('purchase:a:1', 'copy'))).toBe(true);
  });
});
