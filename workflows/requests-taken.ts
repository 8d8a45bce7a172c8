import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { REQUEST_REFUSALS, type MarkedRequest } from '../domain/request-mark';

/**
 * The requests that this run has taken, so that none is taken twice, also one that came to nothing. They need not outlive the
 * run: a request is for one run, and a workflow that was continued, reset or started again is another.
 */
export class RequestsTaken {
  private readonly ids = new Set<string>();

  /** @param isKeptByReset whether what was asked of a run is asked of its reset as well, which Temporal sends it again */
  constructor(private readonly isKeptByReset = false) {}

  /**
   * For validators: what they refuse leaves no event.
   * @throws ApplicationFailure for a request that was taken before, or was made for another run
   */
  require(request: MarkedRequest): void {
    const { requestId, runId } = request;
    if (requestId === undefined && runId === undefined) return;
    const run = workflowInfo();
    const isOfThisRun = runId === run.runId || (this.isKeptByReset && runId === run.originalExecutionRunId);
    if (!isOfThisRun)
      throw refusal(
        'the request was made for another run of the workflow; make it again',
        REQUEST_REFUSALS.otherRun,
      );
    this.requireNew(request);
  }

  /** For handlers, as the first thing that they do: two copies may be validated before either is handled. */
  take(request: MarkedRequest): void {
    this.requireNew(request);
    if (request.requestId !== undefined) this.ids.add(request.requestId);
  }

  private requireNew({ requestId }: MarkedRequest): void {
    if (requestId !== undefined && this.ids.has(requestId))
      throw refusal(
        'this request was taken before: it is done at most once, and this did nothing',
        REQUEST_REFUSALS.takenBefore,
      );
  }
}

function refusal(because: string, type: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(because, type);
}
