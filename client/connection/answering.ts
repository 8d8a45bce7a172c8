import {
  Channel,
  InterceptingCall,
  status as Status,
  ListenerBuilder,
  RequesterBuilder,
  type Interceptor,
  type InterceptorOptions,
} from '@grpc/grpc-js';
import {
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';
import { deadlineIn } from '../../runtime/deadline';
import type { Proxy } from '../../runtime/proxy/settings';
import { RenewingChannel } from './renewing-grpc-channel';
import { proxyToTemporal } from './temporal-address';
import { TrackedCredentials } from './tracked-credentials';

/** After a call has waited this long without a byte from the server, the connection is checked, ms. */
const DOUBT_AFTER_MS = 1_500;
/** Time limit of that check, ms. It is shorter than a call's own deadline. */
const SILENCE_LIMIT_MS = 2_000;

/**
 * The defaults of grpc-js are slow: up to two minutes between two connection attempts, and no detection of a dead
 * connection without calls. Temporal rejects pings that come more often than every 10 s.
 */
const CHANNEL_ARGUMENTS = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.enable_http_proxy': 0, // grpc-js would read its own variables, without the exception for this machine
  'grpc.use_local_subchannel_pool': 1, // otherwise a renewed channel would get the old socket
};

/**
 * A connection that recovers within seconds from a network that drops packets. A connection attempt has a time limit
 * (`RenewingChannel`). If the server is silent while a call waits, a cheap request is sent; if it gets no byte back, the
 * connection is replaced. Silence alone proves nothing, because long polls wait. Calls on the replaced connection fail as
 * unavailable, and the SDK retries them within their deadline.
 * @param onExhausted called for each attempt that the server rejects for its load, with the call's name
 */
export function answeringConnection(
  options: Omit<ConnectionOptions, 'interceptors'> & { address: string },
  { onExhausted }: { onExhausted?: ((operation: string) => void) | undefined } = {},
): Connection {
  const proxy = proxyToTemporal(options);
  let channel: RenewingChannel | undefined;
  let isAsking = false;

  /** One check at a time. Any response, an error too, shows that the connection works. */
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    const heard = channel?.bytesHeard;
    const { workflowService } = connection;
    const question = () =>
      connection.withDeadline(deadlineIn(SILENCE_LIMIT_MS), () => workflowService.getSystemInfo({}));
    // its own signal: the waiting call may be aborted before the response arrives
    await connection.withAbortSignal(new AbortController().signal, question).catch(() => undefined);
    isAsking = false;
    if (channel?.bytesHeard === heard) channel?.renew();
  };

  const noticeSilence: Interceptor = (callOptions, nextCall) => {
    const requester = new RequesterBuilder().withStart((metadata, _listener, next) => {
      const heard = channel?.bytesHeard;
      const doubt = setTimeout(() => {
        if (channel?.bytesHeard === heard) void ask();
      }, DOUBT_AFTER_MS).unref();
      const listener = new ListenerBuilder().withOnReceiveStatus((status, pass) => {
        clearTimeout(doubt);
        if (status.code === Status.RESOURCE_EXHAUSTED) onExhausted?.(operationOf(callOptions));
        pass(status);
      });
      next(metadata, listener.build());
    });
    return new InterceptingCall(nextCall(callOptions), requester.build());
  };

  const connection = Connection.lazy({
    ...options,
    ...(proxy ? { address: `${proxy.host}:${proxy.port}` } : {}),
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), noticeSilence],
    channelArgs: {
      ...CHANNEL_ARGUMENTS,
      ...(proxy ? throughProxy(proxy, options) : {}),
      ...options.channelArgs,
      channelFactoryOverride: (
        ...[address, credentials, channelOptions]: ConstructorParameters<typeof Channel>
      ) => {
        channel = new RenewingChannel(() => {
          const tracked = new TrackedCredentials(credentials);
          return {
            channel: new Channel(address, tracked, channelOptions),
            bytesHeard: () => tracked.bytesHeard,
            drop: () => tracked.drop(),
          };
        });
        return channel;
      },
    },
  });
  return connection;
}

/** What grpc-js is told where the address that it is given is a proxy's. */
function throughProxy(
  { credentials }: Proxy,
  { address, tls }: Pick<ConnectionOptions, 'tls'> & { address: string },
): Record<string, string> {
  const name = typeof tls === 'object' && tls ? tls.serverNameOverride : undefined;
  return {
    'grpc.http_connect_target': `dns:${address}`,
    'grpc.default_authority': name ?? address,
    ...(credentials === undefined ? {} : { 'grpc.http_connect_creds': credentials }),
  };
}

/** `StartWorkflowExecution`, of `/temporal.api.workflowservice.v1.WorkflowService/StartWorkflowExecution`. */
function operationOf({ method_definition: { path } }: InterceptorOptions): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
