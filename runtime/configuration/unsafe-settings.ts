import { isLoopback } from '../this-machine';
import { isRealGateway } from './real-gateway';

/** A process that serves others. */
export type ServingPart = 'worker' | 'api' | 'desk' | 'codec-server';

/** The settings that may be unsafe and are allowed all the same. */
interface AllowedSettings {
  ENCRYPTION: boolean;
  ENCRYPTION_CLEAR_TEXT_UNTIL?: Date | undefined;
  INSECURE_HTTP_HOSTS: readonly string[];
  MOBIFONE_BASE_URL?: string | undefined;
  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: boolean;
  API_HOST: string;
  API_TRUSTED_PROXIES: number;
  DESK_HOST: string;
  DESK_URL?: string | undefined;
  CODEC_SERVER_HOST: string;
}

/**
 * A warning for each unsafe setting in force, for the log of a process that starts.
 * @param part says which settings are its own: what it listens on, whom it calls
 */
export function unsafeSettings(given: AllowedSettings, part: ServingPart, now: Date): string[] {
  const own: Record<ServingPart, readonly string[]> = {
    worker: privateWebhooks(given),
    api:
      given.API_TRUSTED_PROXIES > 0
        ? []
        : plainHttp('API_HOST', given.API_HOST, 'channels’ keys and numbers'),
    desk: given.DESK_URL === undefined ? plainHttp('DESK_HOST', given.DESK_HOST, 'operators’ sessions') : [],
    'codec-server': plainHttp('CODEC_SERVER_HOST', given.CODEC_SERVER_HOST, 'decrypted numbers'),
  };
  return [...clearText(given, now), ...plainCalls(given.INSECURE_HTTP_HOSTS), ...own[part]];
}

function clearText(given: AllowedSettings, now: Date): string[] {
  const { ENCRYPTION: isEncrypting, ENCRYPTION_CLEAR_TEXT_UNTIL: until } = given;
  if (!isEncrypting) return ['ENCRYPTION=false: subscriber numbers are stored at Temporal in clear'];
  if (until === undefined || until <= now) return [];
  return [
    `ENCRYPTION_CLEAR_TEXT_UNTIL: until ${until.toISOString()} what is in clear at Temporal is accepted, whoever wrote it`,
  ];
}

function plainCalls(hosts: readonly string[]): string[] {
  const others = hosts.filter((host) => !isLoopback(host));
  if (others.length === 0) return [];
  return [`INSECURE_HTTP_HOSTS: ${others.join(', ')} may be called without TLS`];
}

function plainHttp(setting: string, host: string, what: string): string[] {
  if (isLoopback(host)) return [];
  return [
    `${setting}=${host}: other machines reach it by plain HTTP; without TLS in front ${what} cross the network in clear`,
  ];
}

/** The demo's inbox is on such an address, at the sandbox. */
function privateWebhooks({
  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: isAllowed,
  MOBIFONE_BASE_URL,
}: AllowedSettings): string[] {
  if (!isAllowed || !isRealGateway(MOBIFONE_BASE_URL)) return [];
  return [
    'WEBHOOK_ALLOW_PRIVATE_ADDRESSES=true: a channel’s webhook may lead to machines of the own network',
  ];
}
