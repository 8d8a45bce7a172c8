import { Server, ServerCredentials, type handleUnaryCall } from '@grpc/grpc-js';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { runPart } from '../../runtime/process';
import { purchaseWorkflowId } from '../../domain/identifiers';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { syntheticOrder, SYNTHETIC_DAY } from './synthetic-day';

const { v1: service } = temporal.api.workflowservice;
const COMPLETED = temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED;

/**
 * A stand-in for a Temporal server that answers visibility's pages of a synthetic day, as the real one does over gRPC:
 * the client that reads them is the real one, so that its memory is measured as well.
 */
runPart(async () => {
  const count = Number(process.env['BENCH_PURCHASES']);
  const server = new Server();
  server.addService(
    {
      getSystemInfo: method(service.GetSystemInfoRequest, service.GetSystemInfoResponse, 'GetSystemInfo'),
      list: method(
        service.ListWorkflowExecutionsRequest,
        service.ListWorkflowExecutionsResponse,
        'ListWorkflowExecutions',
      ),
    },
    {
      getSystemInfo: ((_, callback) => callback(null, { capabilities: {} })) satisfies handleUnaryCall<
        object,
        temporal.api.workflowservice.v1.IGetSystemInfoResponse
      >,
      list: (({ request }, callback) => callback(null, page(request, count))) satisfies handleUnaryCall<
        temporal.api.workflowservice.v1.IListWorkflowExecutionsRequest,
        temporal.api.workflowservice.v1.IListWorkflowExecutionsResponse
      >,
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (fault, bound) =>
      fault ? reject(fault) : resolve(bound),
    );
  });
  return { details: { port }, stop: () => Promise.resolve(server.forceShutdown()) };
});

/** What a message's class must do to go over the wire. */
interface MessageClass<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

function method<Request, Response>(
  request: MessageClass<Request>,
  response: MessageClass<Response>,
  name: string,
) {
  return {
    path: `/temporal.api.workflowservice.v1.WorkflowService/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message: Request) => Buffer.from(request.encode(message).finish()),
    requestDeserialize: (bytes: Buffer) => request.decode(bytes),
    responseSerialize: (message: Response) => Buffer.from(response.encode(message).finish()),
    responseDeserialize: (bytes: Buffer) => response.decode(bytes),
  };
}

function page(
  { pageSize, nextPageToken }: temporal.api.workflowservice.v1.IListWorkflowExecutionsRequest,
  count: number,
): temporal.api.workflowservice.v1.IListWorkflowExecutionsResponse {
  const begin = nextPageToken?.length ? Number(Buffer.from(nextPageToken).toString()) : 0;
  const end = Math.min(count, begin + (pageSize ?? count));
  return {
    executions: Array.from({ length: end - begin }, (_, at) => execution(begin + at, count)),
    nextPageToken: end < count ? Buffer.from(String(end)) : new Uint8Array(),
  };
}

function execution(at: number, count: number): temporal.api.workflow.v1.IWorkflowExecutionInfo {
  const order = syntheticOrder(at, count);
  const { purchaseState, purchaseDay, needsAttention } = SEARCH_ATTRIBUTES;
  const seconds = Math.floor(Date.parse(order.acceptedAt) / 1000);
  const timestamp = (after: number) => ({ seconds: seconds + after, nanos: 0 }) as never; // protobuf takes a number for its Long
  return {
    execution: {
      workflowId: purchaseWorkflowId(order.channel, order.externalId),
      runId: '01a212e0-aac5-732b-8800-85959c7469f0',
    },
    type: { name: PURCHASE_WORKFLOW },
    status: COMPLETED,
    startTime: timestamp(0),
    executionTime: timestamp(0),
    closeTime: timestamp(1),
    historyLength: 16 as never, // as above
    taskQueue: 'datacode-purchases',
    memo: { fields: { order: defaultPayloadConverter.toPayload(order) } },
    searchAttributes: {
      indexedFields: {
        [purchaseState.name]: attribute('Keyword', 'succeeded'),
        [purchaseDay.name]: attribute('Keyword', SYNTHETIC_DAY),
        [needsAttention.name]: attribute('Bool', false),
        PurchaseId: attribute('Keyword', order.purchaseId),
        Channel: attribute('Keyword', order.channel),
      },
    },
  };
}

function attribute(type: string, value: unknown): temporal.api.common.v1.IPayload {
  const text = (of: string) => Buffer.from(of);
  return { metadata: { encoding: text('json/plain'), type: text(type) }, data: text(JSON.stringify(value)) };
}
