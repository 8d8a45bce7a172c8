import { join, resolve } from 'node:path';
import type { Config } from '../../config';
import { SANDBOX_FINAL_AFTER_MS } from '../../runtime/configuration/purchase-policy';
import type { PartPlan } from '../supervisor/child-part';
import { apiPorts, numbered } from './layout';
import { COUNTS } from './settings';

const ROOT = resolve(__dirname, '../..');
const own = (part: string): string => join(__dirname, 'parts', `${part}.ts`);

/** The first of a kind bears the kind's name, as it does where there is one only. */
const nameOf = (kind: string, number: number): string => (number === 1 ? kind : `${kind}-${number}`);

/** What the cluster consists of, in the order of its start; each is started again when it ends. */
export function clusterPlans(config: Config): PartPlan[] {
  const surroundings = {
    // the demo channels' inbox is on loopback
    WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true',
    ...(config.MOBIFONE_BASE_URL === undefined
      ? {
          MOBIFONE_BASE_URL: `http://127.0.0.1:${config.SANDBOX_PORT}`,
          // a process that is given an address does not know that it is the sandbox's
          MOBIFONE_FINAL_AFTER: `${config.MOBIFONE_FINAL_AFTER ?? SANDBOX_FINAL_AFTER_MS}ms`,
        }
      : { MOBIFONE_BASE_URL: config.MOBIFONE_BASE_URL }),
  };
  const sandbox = { name: 'sandbox', entry: join(ROOT, 'sandbox/main.ts') };
  const codecServer = { name: 'codec-server', entry: join(ROOT, 'encryption/codec-server/main.ts') };
  const plans: PartPlan[] = [
    { name: 'postgresql', entry: own('postgresql') },
    ...numbered(COUNTS.servers).map((server) => ({
      name: nameOf('temporal', server),
      entry: own('temporal-server'),
      words: [`${server}`],
    })),
    { name: 'failover', entry: own('failover') },
    { name: 'web-ui', entry: own('web-ui') },
    ...(config.ENCRYPTION ? [codecServer] : []),
    ...(config.MOBIFONE_BASE_URL === undefined ? [sandbox] : []),
    ...numbered(COUNTS.workers).map((worker) => ({
      name: nameOf('worker', worker),
      entry: join(ROOT, 'worker.ts'),
      environment: () => ({
        ...surroundings,
        ...portOfItsOwn('METRICS_WORKER_PORT', config.METRICS_WORKER_PORT, worker),
        ...portOfItsOwn('WORKER_HEALTH_PORT', config.WORKER_HEALTH_PORT, worker),
      }),
    })),
    ...apiPorts(config).map((port, at) => ({
      name: nameOf('api', at + 1),
      entry: join(ROOT, 'api/main.ts'),
      environment: () => ({
        ...surroundings,
        API_PORT: `${port}`,
        ...portOfItsOwn('METRICS_API_PORT', config.METRICS_API_PORT, at + 1),
      }),
    })),
  ];
  return plans.map((plan) => ({ ...plan, isKept: true }));
}

/** Several of a kind on one machine: each takes the port after the one before it. */
function portOfItsOwn(setting: string, first: number | undefined, number: number): Record<string, string> {
  return first === undefined ? {} : { [setting]: `${first + number - 1}` };
}
