import { Server, ServerCredentials, type Metadata, type ServiceDefinition } from '@grpc/grpc-js';
import type { Authority } from './certificates';

/** A stand-in for Temporal's door: TLS that asks for a client's certificate, and no more than the first question. */
export interface GuardedTemporal {
  address: string;
  /** What each caller sent along. */
  callers: Metadata[];
  close(): void;
}

/** What a client asks first, and needs no answer in particular to. */
const FIRST_QUESTION: ServiceDefinition = {
  GetSystemInfo: {
    path: '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo',
    requestStream: false,
    responseStream: false,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes) => bytes,
  },
};

/**
 * Listens on loopback.
 * @param clients who must have signed a client's certificate; nobody is asked for one without
 */
export async function guardedTemporal(authority: Authority, clients?: Authority): Promise<GuardedTemporal> {
  const server = new Server();
  const callers: Metadata[] = [];
  server.addService(FIRST_QUESTION, {
    GetSystemInfo: (call: { metadata: Metadata }, answer: (fault: null, reply: Buffer) => void) => {
      callers.push(call.metadata);
      answer(null, Buffer.alloc(0));
    },
  });
  const { certificate, key } = authority.issue('temporal');
  const credentials = ServerCredentials.createSsl(
    Buffer.from((clients ?? authority).certificate),
    [{ cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) }],
    clients !== undefined,
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (fault, bound) => (fault ? reject(fault) : resolve(bound)));
  });
  return { address: `127.0.0.1:${port}`, callers, close: () => server.forceShutdown() };
}
