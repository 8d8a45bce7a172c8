import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { movedAttributes } from './attribute-marker';
import { faultInWords, type NamespaceFault } from './namespace-fault';
import { QUERY_DEADLINE_MS } from './purchase-snapshot';
import { TemporalUnavailable } from './purchases';
import { answerOf, CALL_DEADLINE_MS, hasCode } from './temporal-answers';

const { NAMESPACE_STATE_DEPRECATED: DEPRECATED, NAMESPACE_STATE_DELETED: DELETED } =
  temporal.api.enums.v1.NamespaceState;
const NAMES = Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name);

/** What was asked cannot be answered by a namespace in that state. */
export class NamespaceUnusable extends TemporalUnavailable {
  override readonly name = 'NamespaceUnusable';

  constructor(
    readonly fault: NamespaceFault,
    options: ErrorOptions,
  ) {
    super(`Temporal's namespace cannot be used: ${faultInWords(fault)}`, options);
  }
}

/**
 * What is wrong with the namespace of a client; undefined where nothing is.
 * @throws TemporalUnavailable
 */
export async function namespaceFault(client: Client): Promise<NamespaceFault | undefined> {
  const { namespace } = client.options;
  const { namespaceInfo } = await answerOf(client, QUERY_DEADLINE_MS, () =>
    client.workflowService.describeNamespace({ namespace }),
  );
  const state = namespaceInfo?.state;
  if (state === DEPRECATED || state === DELETED)
    return { kind: 'namespace_closed', state: state === DELETED ? 'deleted' : 'deprecated' };
  const names = await answerOf(client, QUERY_DEADLINE_MS, () => missingAttributes(client));
  if (names.length > 0) return { kind: 'attributes_missing', names };
  const moved = await movedAttributes(client);
  return moved.length > 0 ? { kind: 'attributes_moved', names: moved } : undefined;
}

/**
 * For how long Temporal keeps closed workflows; undefined where it does not say.
 * @throws TemporalUnavailable
 */
export async function retentionMs(client: Client): Promise<number | undefined> {
  const { namespace } = client.options;
  const { config } = await answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflowService.describeNamespace({ namespace }),
  );
  const retention = config?.workflowExecutionRetentionTtl;
  return retention ? tsToMs(retention) : undefined;
}

/** Every query with an attribute fails while it is not there. One by one only where something is missing. */
async function missingAttributes(client: Client): Promise<string[]> {
  if (await areKnown(client, NAMES)) return [];
  const known = await Promise.all(NAMES.map((name) => areKnown(client, [name])));
  return NAMES.filter((_, at) => known[at] !== true);
}

/** No workflow has this id, so that the count costs the same however many there are. */
async function areKnown(client: Client, names: readonly string[]): Promise<boolean> {
  const { namespace } = client.options;
  const query = ["WorkflowId = 'none'", ...names.map((name) => `${name} IS NULL`)].join(' AND ');
  try {
    await client.workflowService.countWorkflowExecutions({ namespace, query });
    return true;
  } catch (fault) {
    if (hasCode(fault, status.INVALID_ARGUMENT)) return false;
    throw fault;
  }
}
