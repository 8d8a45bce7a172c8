import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { LoadedDataConverter, Payload, SerializationContext } from '@temporalio/common';
import { activityResult, resultIn, type ActivityResult } from '../../domain/activity-result';
import { ownActivityOf } from '../../domain/own-activity-id';
import { isTemporalsOwn, PayloadEncryption } from '../../encryption/payload-encryption';

type Payloads = readonly Payload[] | null | undefined;

/** Whose history it is. */
export interface HistoryOwner {
  namespace: string;
  workflowId: string;
}

/** Decodes the payloads of one workflow's history, each as the payload of what it is stored for. */
export class HistoryPayloads {
  constructor(
    private readonly converter: LoadedDataConverter,
    private readonly owner: HistoryOwner,
  ) {}

  /** Arguments and results of the workflow, and results of its updates. */
  ofWorkflow(payloads: Payloads): Promise<unknown[]> {
    return this.decoded(payloads, { type: 'workflow', ...this.owner });
  }

  /** Arguments of its updates and signals, which a person may have typed into the Web UI. */
  ofPerson(payloads: Payloads): Promise<unknown[]> {
    const payloadCodecs = this.converter.payloadCodecs.map((codec) =>
      codec instanceof PayloadEncryption ? codec.readingTyped() : codec,
    );
    return this.decoded(payloads, { type: 'workflow', ...this.owner }, { ...this.converter, payloadCodecs });
  }

  /** What a signal, or an update of a notice, was sent with. It is taken whatever that is, so what cannot be read is nothing, and no reason to read no more. */
  async ofSignal(payloads: Payloads): Promise<unknown> {
    const [given] = await this.ofPerson(payloads).catch(() => []); // nobody is asked: only the data can be at fault
    return given;
  }

  /** Arguments of an activity, its heartbeats and details of its failures. */
  ofActivity(activityId: string, payloads: Payloads): Promise<unknown[]> {
    return this.decoded(payloads, { type: 'activity', ...this.owner, activityId, isLocal: false });
  }

  /**
   * The result of an activity.
   * @returns nothing where it has none of ours: then somebody completed it by hand, and it counts as lost
   */
  async ofResult(activityId: string, payloads: Payloads): Promise<ActivityResult | undefined> {
    if (!payloads || payloads.length === 0 || payloads.some(isTemporalsOwn)) return undefined;
    const [told] = await this.ofActivity(activityId, payloads);
    return ownActivityOf(activityId) === undefined ? activityResult(told) : resultIn(told);
  }

  /** Arguments of a workflow that this one started. */
  ofChild(workflowId: string, payloads: Payloads): Promise<unknown[]> {
    return this.decoded(payloads, { type: 'workflow', namespace: this.owner.namespace, workflowId });
  }

  private decoded(
    payloads: Payloads,
    context: SerializationContext,
    converter = this.converter,
  ): Promise<unknown[]> {
    return decodeArrayFromPayloads(converter, payloads && [...payloads], context);
  }
}

/** For a history of this workflow. */
export function historyPayloads(
  { options: { loadedDataConverter, namespace } }: Pick<Client, 'options'>,
  workflowId: string,
): HistoryPayloads {
  return new HistoryPayloads(loadedDataConverter, { namespace, workflowId });
}
