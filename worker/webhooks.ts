import { createChannelActivities, createOperationsActivities } from '../activities';
import type { DeliverNotice } from '../activities/channel-activities';
import type { TellOperations } from '../activities/operations-activities';
import { DeliveryGate } from '../channel/delivery-gate';
import { deliverNotice } from '../channel/notice';
import { tellOperations } from '../channel/operations-event';
import type { ChannelRegistry } from '../channel/registry';
import type { Config } from '../config';
import { Circuit, type CircuitTimes } from '../mobifone/circuit';
import type { OutageThreshold } from '../mobifone/outage-signs';
import type { WorkerMetrics } from './metrics';

/** When a webhook that does not answer is tried; milliseconds. Back again, it has what it missed within a minute. */
const PROBES: CircuitTimes = {
  firstProbe: 5_000,
  longestProbe: 30_000,
  comeBackFrom: 15_000,
  comeBackTo: 40_000,
};

/** What makes a webhook dead. Two messages that hang are none: they may be the receiver's trouble with these two. */
const DEAD: OutageThreshold = { windowMs: 60_000, leastFailures: 5, leastPurchases: 3, share: 0.5 };

/** Operations' own webhook stands beside the channels'; no channel has such a name. */
const OPERATIONS = '@operations';

/** What a worker delivers to webhooks, behind one gate; the rooms are joined here. */
export function webhookActivities(config: Config, registry: ChannelRegistry, metrics: WorkerMetrics) {
  const gate = new DeliveryGate(
    {
      ofChannel: config.fixed.webhookChannelConcurrency,
      ofHost: config.fixed.webhookHostConcurrency,
      toSilentHosts: Math.ceil(config.WEBHOOK_CONCURRENCY / 2),
    },
    () => new Circuit(PROBES, DEAD),
    metrics.gate,
  );
  return {
    ...createChannelActivities(delivering(config, registry, metrics, gate)),
    ...createOperationsActivities(telling(config, gate)),
  };
}

function delivering(
  config: Config,
  registry: ChannelRegistry,
  metrics: WorkerMetrics,
  gate: DeliveryGate,
): DeliverNotice {
  return (channel, notice, signal, turn) => {
    const to = registry.byName(channel);
    const deliver = async () => {
      const from = performance.now();
      const verdict = await deliverNotice(to, notice, {
        allowPrivateAddresses: config.WEBHOOK_ALLOW_PRIVATE_ADDRESSES,
        timeoutMs: config.WEBHOOK_TIMEOUT,
        connectTimeoutMs: config.fixed.webhookConnectTimeoutMs,
        signal,
      });
      metrics.noticeTried(channel, notice, verdict, (performance.now() - from) / 1000);
      return verdict;
    };
    if (!to) return deliver(); // it waits for nobody
    return gate.through({ channel, url: to.webhookUrl, message: notice.id, turn }, deliver);
  };
}

/** Nothing where operations configured no webhook. */
function telling(config: Config, gate: DeliveryGate): TellOperations | undefined {
  const { OPERATIONS_WEBHOOK: url, OPERATIONS_WEBHOOK_SECRET: secret } = config;
  if (url === undefined || secret === undefined) return undefined;
  const limits = {
    timeoutMs: config.WEBHOOK_TIMEOUT,
    connectTimeoutMs: config.fixed.webhookConnectTimeoutMs,
  };
  return (event, signal, turn) =>
    gate.through({ channel: OPERATIONS, url, message: event.id, turn }, () =>
      tellOperations({ url, secret }, event, { ...limits, signal }),
    );
}
