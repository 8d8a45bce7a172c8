import { Server, ServerCredentials, status, type ServiceDefinition } from '@grpc/grpc-js';
import { Client } from '@temporalio/client';
import { answeringConnection } from '../../client/connection/answering';
import { deadlineIn } from '../../runtime/deadline';

const PATH = '/temporal.api.workflowservice.v1.WorkflowService/StartWorkflowExecution';
const asBytes = (value: Buffer) => value;
const SERVICE: ServiceDefinition = {
  start: {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: asBytes,
    requestDeserialize: asBytes,
    responseSerialize: asBytes,
    responseDeserialize: asBytes,
  },
};

let server: Server;
let port: number;
let answers: { code: number }[] = [];
beforeAll(async () => {
  server = new Server();
  server.addService(SERVICE, {
    start: (_call: unknown, answer: (fault: { code: number } | null, value?: Buffer) => void) =>
      answer(answers.shift() ?? null, Buffer.alloc(0)),
  });
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (fault, bound) =>
      fault ? reject(fault) : resolve(bound),
    ),
  );
});
afterAll(() => server.forceShutdown());

describe('a Temporal server that rejects starts for its load', () => {
  it('is counted for each attempt that it rejects, by the call, also where a later attempt succeeds', async () => {
    const counted: string[] = [];
    const address = `127.0.0.1:${port}`;
    const connection = answeringConnection({ address }, { onExhausted: (call) => counted.push(call) });
    try {
      answers = [{ code: status.RESOURCE_EXHAUSTED }, { code: status.RESOURCE_EXHAUSTED }];
      const { workflowService } = new Client({ connection });
      await connection.withDeadline(deadlineIn(60_000), () => workflowService.startWorkflowExecution({}));
      expect(counted).toEqual(['StartWorkflowExecution', 'StartWorkflowExecution']);
      answers = [{ code: status.NOT_FOUND }];
      const call = () => workflowService.startWorkflowExecution({});
      await expect(connection.withDeadline(deadlineIn(60_000), call)).rejects.toThrow();
      expect(counted).toHaveLength(2);
    } finally {
      await connection.close();
    }
  });
});
