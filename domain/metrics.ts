/** Where a metric is told: by each worker, by each API process, or by each API process of what Temporal holds. */
export const METRIC_SOURCES = {
  worker: 'each worker',
  api: 'each API process',
  process: 'each worker and each API process',
  standing: 'each API process, asked of Temporal every 30 seconds: take `max()` over them, never `sum()`',
} as const;
export type MetricSource = keyof typeof METRIC_SOURCES;

export interface Metric {
  /** As Prometheus shows it; a histogram's is followed by `_bucket`, `_sum` and `_count`. */
  name: string;
  kind: 'counter' | 'gauge' | 'histogram';
  source: MetricSource;
  help: string;
  /** All bounded by tables, the registry and the catalogue: never a number, an id or a text of the world. */
  labels: readonly string[];
}

/**
 * Every metric of ours: the one table, from which workers, API, dashboard, alert rules and documents take the names.
 * The workflow imports it, so its help texts stay short.
 */
export const METRICS = {
  purchases: {
    name: 'datacode_purchases_total',
    kind: 'counter',
    source: 'worker',
    help: 'Purchases that came to their outcome; reason is none for those that succeeded.',
    labels: ['outcome', 'reason', 'package', 'channel', 'payment_form'],
  },
  purchaseSeconds: {
    name: 'datacode_purchase_seconds',
    kind: 'histogram',
    source: 'worker',
    help: 'From the acceptance of a purchase to its outcome.',
    labels: ['outcome', 'payment_form'],
  },
  stepSeconds: {
    name: 'datacode_step_seconds',
    kind: 'histogram',
    source: 'worker',
    help: 'A step of a purchase with all its attempts and rounds, by how it ended.',
    labels: ['step', 'status'],
  },
  attentionCalls: {
    name: 'datacode_attention_calls_total',
    kind: 'counter',
    source: 'worker',
    help: 'Steps that began to need a person.',
    labels: ['step', 'reason'],
  },
  faceValueSold: {
    name: 'datacode_face_value_sold_dong_total',
    kind: 'counter',
    source: 'worker',
    help: 'Face value of the purchases that succeeded, whole đồng.',
    labels: ['package', 'channel'],
  },
  discountEarned: {
    name: 'datacode_discount_earned_dong_total',
    kind: 'counter',
    source: 'worker',
    help: 'The agent’s discount on the purchases that succeeded, whole đồng.',
    labels: ['package', 'channel'],
  },
  gatewayCallSeconds: {
    name: 'datacode_gateway_call_seconds',
    kind: 'histogram',
    source: 'worker',
    help: 'One call to MobiFone that was really made, by what its answer means.',
    labels: ['call', 'verdict'],
  },
  unknownOutcomes: {
    name: 'datacode_unknown_outcomes_total',
    kind: 'counter',
    source: 'worker',
    help: 'Commands whose answer was lost, so that only an inquiry can tell whether they took effect.',
    labels: ['call'],
  },
  gatewayOut: {
    name: 'datacode_gateway_out',
    kind: 'gauge',
    source: 'worker',
    help: '1 while this worker takes MobiFone for out and holds its calls back, else 0.',
    labels: [],
  },
  gatewayCallsHeld: {
    name: 'datacode_gateway_calls_held_total',
    kind: 'counter',
    source: 'worker',
    help: 'Calls to MobiFone that were held back, since it is out.',
    labels: ['call'],
  },
  webhookDeliveries: {
    name: 'datacode_webhook_deliveries_total',
    kind: 'counter',
    source: 'worker',
    help: 'Attempts to deliver a notice; status is the class of the webhook’s answer, none without one.',
    labels: ['channel', 'kind', 'status'],
  },
  webhookSeconds: {
    name: 'datacode_webhook_seconds',
    kind: 'histogram',
    source: 'worker',
    help: 'One attempt to deliver a notice to a channel’s webhook.',
    labels: ['kind', 'result'],
  },
  webhookUnderWay: {
    name: 'datacode_webhook_deliveries_under_way',
    kind: 'gauge',
    source: 'worker',
    help: 'Deliveries to a channel’s webhook that this worker has under way.',
    labels: ['channel'],
  },
  webhookHeld: {
    name: 'datacode_webhook_deliveries_held_total',
    kind: 'counter',
    source: 'worker',
    help: 'Deliveries that were held back unsent for a later turn, by the limit that they met.',
    labels: ['channel', 'by'],
  },
  webhookSilent: {
    name: 'datacode_webhook_silent',
    kind: 'gauge',
    source: 'worker',
    help: '1 while this worker takes the channel’s webhook for dead and only probes it, else 0.',
    labels: ['channel'],
  },
  decryptionFailures: {
    name: 'datacode_decryption_failures_total',
    kind: 'counter',
    source: 'worker',
    help: 'Payloads that could not be decrypted, by the id of the key that they name.',
    labels: ['key_id'],
  },
  descriptorLimit: {
    name: 'datacode_descriptors_limit',
    kind: 'gauge',
    source: 'process',
    help: 'File descriptors that the process may have open; absent where the system sets no limit.',
    labels: [],
  },
  descriptorsOpen: {
    name: 'datacode_descriptors_open',
    kind: 'gauge',
    source: 'process',
    help: 'File descriptors that the process has open: connections, files, pipes.',
    labels: [],
  },
  httpSeconds: {
    name: 'datacode_http_request_seconds',
    kind: 'histogram',
    source: 'api',
    help: 'Requests that were answered, held answers included, by the template of their route.',
    labels: ['method', 'route', 'status'],
  },
  httpInFlight: {
    name: 'datacode_http_requests_in_flight',
    kind: 'gauge',
    source: 'api',
    help: 'Requests under way, held answers and event streams included.',
    labels: [],
  },
  eventStreams: {
    name: 'datacode_event_streams',
    kind: 'gauge',
    source: 'api',
    help: 'Event streams that are open.',
    labels: [],
  },
  connectionsRefused: {
    name: 'datacode_connections_refused_total',
    kind: 'counter',
    source: 'api',
    help: 'Connections refused for want of file descriptors: answered with 503, or closed.',
    labels: ['how'],
  },
  submissions: {
    name: 'datacode_submissions_total',
    kind: 'counter',
    source: 'api',
    help: 'Orders that reached Temporal’s door: accepted, repeated, conflict, or unavailable.',
    labels: ['channel', 'result'],
  },
  problems: {
    name: 'datacode_problems_total',
    kind: 'counter',
    source: 'api',
    help: 'Requests that were answered with a problem document, by its code.',
    labels: ['code', 'channel'],
  },
  clockOffset: {
    name: 'datacode_clock_offset_seconds',
    kind: 'gauge',
    source: 'process',
    help: 'How far the machine’s clock is ahead of Temporal’s, negative when behind; absent until a sale has shown Temporal’s.',
    labels: [],
  },
  temporalWritable: {
    name: 'datacode_temporal_writable',
    kind: 'gauge',
    source: 'api',
    help: '1 while Temporal takes writes, as this process knows it, else 0: its disk may be full.',
    labels: [],
  },
  temporalReachable: {
    name: 'datacode_temporal_reachable',
    kind: 'gauge',
    source: 'standing',
    help: '1 when Temporal answered this process last time it was asked, else 0; all else of this source is absent then.',
    labels: [],
  },
  openPurchases: {
    name: 'datacode_purchases_open',
    kind: 'gauge',
    source: 'standing',
    help: 'Purchases whose workflow runs, by state: those with an outcome still send messages or a refund notice.',
    labels: ['state'],
  },
  needAttention: {
    name: 'datacode_purchases_need_attention',
    kind: 'gauge',
    source: 'standing',
    help: 'Purchases that need a person, by reason; workflow_closed are those ended from outside, until their case is over.',
    labels: ['reason'],
  },
  oldestAttention: {
    name: 'datacode_oldest_attention_age_seconds',
    kind: 'gauge',
    source: 'standing',
    help: 'Since the acceptance of the oldest running purchase that needs a person; 0 when none does.',
    labels: [],
  },
  noticesPending: {
    name: 'datacode_notices_pending',
    kind: 'gauge',
    source: 'standing',
    help: 'Notices that no channel has taken yet: state notices, and purchases undone that still tell the channel.',
    labels: ['kind'],
  },
  noticesOverdue: {
    name: 'datacode_notices_overdue',
    kind: 'gauge',
    source: 'standing',
    help: 'Those of them whose purchase or notice began more than an hour ago.',
    labels: ['kind'],
  },
  queuePollers: {
    name: 'datacode_task_queue_pollers',
    kind: 'gauge',
    source: 'standing',
    help: 'Workers’ pollers that Temporal has seen within some minutes.',
    labels: ['queue', 'type'],
  },
  queueBacklog: {
    name: 'datacode_task_queue_backlog',
    kind: 'gauge',
    source: 'standing',
    help: 'Tasks that wait for a worker, about.',
    labels: ['queue', 'type'],
  },
  queueBacklogAge: {
    name: 'datacode_task_queue_backlog_age_seconds',
    kind: 'gauge',
    source: 'standing',
    help: 'How long the oldest of them has waited.',
    labels: ['queue', 'type'],
  },
  reconciliationAge: {
    name: 'datacode_reconciliation_age_seconds',
    kind: 'gauge',
    source: 'standing',
    help: 'Since a day was last compared with MobiFone’s file; absent while none ever was.',
    labels: [],
  },
  reconciliationBreaks: {
    name: 'datacode_reconciliation_breaks',
    kind: 'gauge',
    source: 'standing',
    help: 'Breaks of the latest day that was compared, by kind; absent while none ever was.',
    labels: ['kind'],
  },
} as const satisfies Record<string, Metric>;

/** What each observation of a metric must be labelled with. */
export type LabelsOf<M extends Metric> = Readonly<Record<M['labels'][number], string>>;

/** Bounds of every histogram, seconds: from a gateway on the same machine to a purchase that waited out an outage. */
export const HISTOGRAM_SECONDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600, 3600,
];

/** What Temporal's SDK calls a metric: it adds `_total` to counters by itself. */
export function nameForTemporal({ name, kind }: Metric): string {
  return kind === 'counter' ? name.replace(/_total$/, '') : name;
}

/** In words, where a label has nothing to say. */
export const NO_LABEL = 'none';
