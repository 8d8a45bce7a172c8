import { join, resolve } from 'node:path';
import type { Config } from '../config';
import { urlOf } from '../runtime/address';
import { SANDBOX_FINAL_AFTER_MS } from '../runtime/configuration/purchase-policy';
import type { PartPlan, ReadyDetails } from './supervisor/child-part';

const ROOT = resolve(__dirname, '..');

/** The parts in the order of their start, without those that are configured to run elsewhere. */
export function partPlans(config: Config, hasDemoChannels: boolean): PartPlan[] {
  const sandbox: PartPlan[] = config.MOBIFONE_BASE_URL
    ? []
    : [{ name: 'sandbox', entry: join(ROOT, 'sandbox/main.ts') }];
  const storefront: PartPlan = {
    name: 'storefront',
    entry: join(ROOT, 'dev/storefront.ts'),
    environment: (ready) => surroundings(config, ready),
  };
  const sellsForShow = hasDemoChannels && !config.MOBIFONE_BASE_URL; // a pretended payment must never buy a real package
  return [
    { name: 'temporal', entry: join(ROOT, 'dev/temporal/main.ts') }, // an outside server's namespace is prepared by it
    ...(config.ENCRYPTION ? [codecServer(config)] : []),
    ...sandbox,
    { name: 'worker', entry: join(ROOT, 'worker.ts'), environment: (ready) => surroundings(config, ready) },
    {
      name: 'api',
      entry: join(ROOT, 'api/main.ts'),
      // with all parts stopping there is no other API for requests to go to meanwhile
      environment: (ready) => ({ ...surroundings(config, ready), API_SHUTDOWN_DELAY: '0' }),
    },
    {
      name: 'desk',
      entry: join(ROOT, 'desk/main.ts'),
      environment: (ready) => deskSurroundings(config, ready),
    },
    ...(sellsForShow ? [storefront] : []),
  ];
}

/** Decrypts for the Web UI; each of the two needs the other's port. */
function codecServer(config: Config): PartPlan {
  return {
    name: 'codec-server',
    entry: join(ROOT, 'encryption/codec-server/main.ts'),
    environment: (ready) => ({
      TEMPORAL_UI_PORT: `${portOf(ready.get('temporal'), config.TEMPORAL_UI_PORT, 'uiPort')}`,
    }),
  };
}

/** The desk's links lead to the Web UI. */
function deskSurroundings(
  config: Config,
  ready: ReadonlyMap<string, ReadyDetails>,
): Readonly<Record<string, string>> {
  const uiPort = portOf(ready.get('temporal'), config.TEMPORAL_UI_PORT, 'uiPort');
  return { ...surroundings(config, ready), TEMPORAL_UI_PORT: `${uiPort}` };
}

/** The demo inbox is on loopback, and a port of 0 was chosen by the system. */
function surroundings(
  config: Config,
  ready: ReadonlyMap<string, ReadyDetails>,
): Readonly<Record<string, string>> {
  const surroundings: Record<string, string> = {};
  const temporalPort = ready.get('temporal')?.['port'];
  if (typeof temporalPort === 'number') surroundings['TEMPORAL_PORT'] = `${temporalPort}`;
  if (ready.has('api')) surroundings['API_PORT'] = `${portOf(ready.get('api'), config.API_PORT)}`;
  if (config.MOBIFONE_BASE_URL === undefined) {
    const sandboxPort = portOf(ready.get('sandbox'), config.SANDBOX_PORT);
    surroundings['MOBIFONE_BASE_URL'] = urlOf(config.SANDBOX_HOST, sandboxPort);
    // a process that is given an address does not know that it is the sandbox's
    surroundings['MOBIFONE_FINAL_AFTER'] = `${config.MOBIFONE_FINAL_AFTER ?? SANDBOX_FINAL_AFTER_MS}ms`;
    // the sandbox speaks no TLS; SANDBOX_HOST may be another address of this machine
    surroundings['INSECURE_HTTP_HOSTS'] = [...config.INSECURE_HTTP_HOSTS, config.SANDBOX_HOST].join(',');
    // the demo inbox is on loopback; who forbids it means it
    surroundings['WEBHOOK_ALLOW_PRIVATE_ADDRESSES'] =
      process.env['WEBHOOK_ALLOW_PRIVATE_ADDRESSES'] || 'true';
    const settlement = `${urlOf(config.SANDBOX_HOST, sandboxPort)}/sandbox/settlement?date={date}`;
    surroundings['RECONCILIATION_SOURCE'] = config.RECONCILIATION_SOURCE ?? settlement;
  }
  return surroundings;
}

/** The port that a part reported: with 0 configured, the system chose it. */
export function portOf(details: ReadyDetails | undefined, configured: number, name = 'port'): number {
  const port = details?.[name];
  return typeof port === 'number' ? port : configured;
}
