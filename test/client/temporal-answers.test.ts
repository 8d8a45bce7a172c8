import { Metadata, status } from '@grpc/grpc-js';
import { ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { google, temporal } from '@temporalio/proto';
import { TemporalUnavailable } from '../../client/purchases';
import { unavailable } from '../../client/temporal-answers';

/** What gRPC says of a request that is wrong, or of something that is not there: another try changes nothing. */
const ABOUT_THE_REQUEST: ReadonlySet<string> = new Set([
  'OK',
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'UNIMPLEMENTED',
]);
const CODES = Object.entries(status).flatMap(([name, code]): [string, number][] =>
  typeof code === 'number' && !ABOUT_THE_REQUEST.has(name) ? [[name, code]] : [],
);

function grpcFault(code: number): Error {
  return Object.assign(new Error('of the server'), { code, details: 'of the server', metadata: {} });
}

/** As the server says it to a call that does not go through the SDK's own client of workflows. */
function sayingThatTheNamespaceIsMissing(): Metadata {
  const { NamespaceNotFoundFailure } = temporal.api.errordetails.v1;
  const value = NamespaceNotFoundFailure.encode({ namespace: 'default' }).finish();
  const type_url = 'type.googleapis.com/temporal.api.errordetails.v1.NamespaceNotFoundFailure';
  const metadata = new Metadata();
  const said = google.rpc.Status.encode({ code: status.NOT_FOUND, details: [{ type_url, value }] }).finish();
  metadata.set('grpc-status-details-bin', Buffer.from(said));
  return metadata;
}

describe('an answer of Temporal that is none', () => {
  it.each(CODES)('is no defect of the request, which may be sent again: %s', (_name, code) => {
    expect(unavailable(grpcFault(code))).toBeInstanceOf(TemporalUnavailable);
    const wrapped = new ServiceError('Failed to start Workflow', { cause: grpcFault(code) });
    expect(unavailable(wrapped)).toBeInstanceOf(TemporalUnavailable);
  });

  it('is none either where the client itself did not get through, or the server has lost the namespace', () => {
    const broken = new ServiceError('Unexpected error while making gRPC request', {
      cause: new Error('closed'),
    });
    expect(unavailable(broken)).toBeInstanceOf(TemporalUnavailable);
    expect(unavailable(new NamespaceNotFoundError('default'))).toBeInstanceOf(TemporalUnavailable);
    const raw = Object.assign(grpcFault(status.NOT_FOUND), { metadata: sayingThatTheNamespaceIsMissing() });
    expect(unavailable(raw)).toBeInstanceOf(TemporalUnavailable);
  });

  it('stays what it is where it is about the request', () => {
    const fault = grpcFault(status.INVALID_ARGUMENT);
    expect(unavailable(fault)).toBe(fault);
  });
});
