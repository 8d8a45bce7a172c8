/** What a workflow ends with, or answers, and which run of it did: stored, it can be given as the result of another run. */
export interface OfRun {
  /** Temporal's id of the run; absent in what an earlier version wrote. */
  runId?: string;
}

/** Whether a run may have written it; that of an earlier version may be any run's. */
export function isOfRun({ runId }: OfRun, of: string): boolean {
  return runId === undefined || runId === of;
}
