import {
  Channel,
  InterceptingCall,
  ListenerBuilder,
  RequesterBuilder,
  type Interceptor,
} from '@grpc/grpc-js';
import {
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';
import { deadlineIn } from '../runtime/deadline';
import type { Proxy } from '../runtime/proxy/settings';
import { RenewingChannel } from './renewing-channel';
import { proxyToTemporal } from './temporal-address';
import { TrackedCredentials } from './tracked-credentials';

/** A call that waited so long while the server sent nothing at all raises a doubt about the connection, ms. */
const DOUBT_AFTER_MS = 1_500;
/** How long the server may then stay silent before the connection is given up, ms; a call's own time is longer. */
const SILENCE_LIMIT_MS = 2_000;

/**
 * What grpc-js is told besides: it waits two minutes between attempts at most, and finds a dead connection that is
 * not used within 45 s. Temporal refuses pings that come more often than every 10 s.
 */
const CHANNEL_ARGUMENTS = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.enable_http_proxy': 0, // it would read variables of its own, and not except this machine
  'grpc.use_local_subchannel_pool': 1, // or a channel that begins anew would be given the socket of the last one
};

/**
 * A connection that comes back within seconds of a network that swallowed bytes: an attempt to connect has a time limit
 * (`RenewingChannel`), and a connection whose server falls silent while a call waits is asked one cheap question, and
 * given up when not a byte comes back. Silence alone is no sign: a held call waits for long. The calls on a connection
 * that was given up fail as unavailable, and the SDK sends them again within their time.
 */
export function answeringConnection(
  options: Omit<ConnectionOptions, 'interceptors'> & { address: string },
): Connection {
  const proxy = proxyToTemporal(options);
  let channel: RenewingChannel | undefined;
  let isAsking = false;

  /** At most one at a time. Whatever it is answered, a refusal too, comes over the connection. */
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    const heard = channel?.bytesHeard;
    const { workflowService } = connection;
    const question = () =>
      connection.withDeadline(deadlineIn(SILENCE_LIMIT_MS), () => workflowService.getSystemInfo({}));
    // a signal of its own: that of the call which raised the doubt may be aborted before the answer is there
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
