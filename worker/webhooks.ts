import { createChannelActivities, createOperationsActivities } from '../activities';
import type { DeliverNotice } from '../activities/channel-activities';
import type { TellOperations } from '../activities/operations-activities';
import { DeliveryGate } from '../channel/delivery-gate';
import { deliverNotice, notifyOperations } from '../channel/notice';
import type { ChannelRegistry } from '../channel/registry';
import type { Config } from '../config';
import { Circuit, type CircuitTimes } from '../mobifone/circuit';
import type { OutageThreshold } from '../mobifone/outage-signs';
import type { WorkerMetrics } from './metrics';

/** When a silent webhook is probed, in milliseconds. Once it answers, it gets what it missed within a minute. */
const PROBES: CircuitTimes = {
  probeMinMs: 5_000,
  probeMaxMs: 30_000,
  retryMinMs: 15_000,
  retryMaxMs: 40_000,
};

/** When a webhook counts as silent. Two messages that hang are not enough: the fault may lie in these two. */
const DEAD: OutageThreshold = { windowMs: 60_000, minFailures: 5, minPurchases: 3, share: 0.5 };

/** Name of operations' own webhook in the gate; no channel can have it. */
const OPERATIONS = '@operations';

/** Activities that deliver to webhooks, behind one gate. The rooms are joined here. */
export function webhookActivities(config: Config, registry: ChannelRegistry, metrics: WorkerMetrics) {
  const gate = new DeliveryGate(
    {
      ofChannel: config.fixed.webhookChannelConcurrency,
      ofHost: config.fixed.webhookHostConcurrency,
      toSilentHosts: Math.ceil(config.fixed.webhookConcurrency / 2),
    },
    () => new Circuit(PROBES, DEAD),
    metrics.gate,
  );
  return {
    ...createChannelActivities(noticeDelivery(config, registry, metrics, gate)),
    ...createOperationsActivities(operationsDelivery(config, gate)),
  };
}

function noticeDelivery(
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
        timeoutMs: config.fixed.webhookTimeoutMs,
        connectTimeoutMs: config.fixed.webhookConnectTimeoutMs,
        signal,
      });
      metrics.noticeAttempted(channel, notice, verdict, (performance.now() - from) / 1000);
      return verdict;
    };
    if (!to) return deliver(); // there is no webhook to wait for
    return gate.through({ channel, url: to.webhookUrl, message: notice.id, turn }, deliver);
  };
}

/** Undefined where operations configured no webhook. */
function operationsDelivery(config: Config, gate: DeliveryGate): TellOperations | undefined {
  const { OPERATIONS_WEBHOOK: url, OPERATIONS_WEBHOOK_SECRET: secret } = config;
  if (url === undefined || secret === undefined) return undefined;
  const limits = {
    timeoutMs: config.fixed.webhookTimeoutMs,
    connectTimeoutMs: config.fixed.webhookConnectTimeoutMs,
  };
  return (event, signal, turn) =>
    gate.through({ channel: OPERATIONS, url, message: event.id, turn }, () =>
      notifyOperations({ url, secret }, event, { ...limits, signal }),
    );
}
