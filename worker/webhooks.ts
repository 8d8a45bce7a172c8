import {
  createChannelActivities,
  createOperationsActivities,
  createTestNoticeActivities,
  type EarlierRuns,
} from '../activities';
import type { DeliverNotice } from '../activities/channel-activities';
import type { TellOperations } from '../activities/operations-activities';
import type { DeliverTestNotice } from '../activities/test-notice-activities';
import { DeliveryGate } from '../channel/delivery-gate';
import { deliverNotice, deliverTestNotice, notifyOperations, signedTestNotice } from '../channel/notice';
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
const DEAD: OutageThreshold = { windowMs: 60_000, minFailures: 5, minSubjects: 3, share: 0.5 };

/** Name of operations' own webhook in the gate; no channel can have it. */
const OPERATIONS = '@operations';

/** Activities that deliver to webhooks, behind one gate. The rooms are joined here. */
export function webhookActivities(
  config: Config,
  registry: ChannelRegistry,
  metrics: WorkerMetrics,
  earlierRuns: EarlierRuns,
) {
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
    ...createChannelActivities(noticeDelivery(config, registry, metrics, gate), earlierRuns),
    ...createOperationsActivities(operationsDelivery(config, gate)),
    ...createTestNoticeActivities(testDelivery(config, registry, gate)),
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

/**
 * A test takes its place among the channel's deliveries like any notice, but its circuit does not hold it back: whoever
 * mended a webhook wants to see it answer now. No metric counts it, or a channel that tries things out raises an alert.
 */
function testDelivery(config: Config, registry: ChannelRegistry, gate: DeliveryGate): DeliverTestNotice {
  return async (notice, signal) => {
    const to = registry.byName(notice.channel);
    if (!to) return { sent: null, verdict: { kind: 'retry', detail: 'the registry has no such channel' } };
    const sent = signedTestNotice(to, notice, new Date());
    const turn = { attempt: 1, mayBeHeld: true, asked: true };
    const delivery = {
      allowPrivateAddresses: config.WEBHOOK_ALLOW_PRIVATE_ADDRESSES,
      timeoutMs: config.fixed.webhookTimeoutMs,
      connectTimeoutMs: config.fixed.webhookConnectTimeoutMs,
      signal,
    };
    const verdict = await gate.through(
      { channel: to.name, url: to.webhookUrl, message: notice.id, turn },
      () => deliverTestNotice(to, notice, sent, delivery),
    );
    return { sent, verdict };
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
