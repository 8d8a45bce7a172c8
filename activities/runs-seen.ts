/** How long a run is remembered after its last activity here, ms: longer than a copy of it passes for fresh. */
const KEEP_MS = 10 * 60_000;

export interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/**
 * The runs whose activities this process has lately worked on. A copy of a workflow's start passes for fresh for some
 * minutes (docs/decisions/0036-a-start-is-fresh.md), and a process that worked on the first run knows it without a request.
 */
export class RunsSeen {
  /** By workflow id, the one that was seen longest ago first. */
  private readonly seen = new Map<string, { runId: string; at: number }>();

  constructor(private readonly steadyMs: () => number = () => performance.now()) {}

  /** Whether another run of this workflow was seen before this one. */
  isAnother({ workflowId, runId }: WorkflowRun): boolean {
    const at = this.steadyMs();
    this.forgetBefore(at - KEEP_MS);
    const first = this.seen.get(workflowId)?.runId ?? runId;
    this.seen.delete(workflowId); // to the end of the map
    this.seen.set(workflowId, { runId: first, at });
    return first !== runId;
  }

  private forgetBefore(oldest: number): void {
    for (const [workflowId, { at }] of this.seen) {
      if (at >= oldest) return;
      this.seen.delete(workflowId);
    }
  }
}
