/** Where a metric is told: by each worker, by each API process, or by each API process of what Temporal holds. */
export const METRIC_SOURCES = {
  worker: 'each worker',
  api: 'each API process',
  process: 'each worker and each API process',
  standing: 'each API process, read from Temporal every 30 seconds (use `max()`, never `sum()`)',
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
    help: 'Purchases that reached an outcome; the reason is none for those that succeeded.',
    labels: ['outcome', 'reason', 'package', 'channel', 'payment_form'],
  },
  purchaseSeconds: {
    name: 'datacode_purchase_seconds',
    kind: 'histogram',
    source: 'worker',
    help: 'Time from the acceptance of a purchase to its outcome.',
    labels: ['outcome', 'payment_form'],
  },
  stepSeconds: {
    name: 'datacode_step_seconds',
    kind: 'histogram',
    source: 'worker',
    help: 'Duration of a step of a purchase with all its attempts, by final status.',
    labels: ['step', 'status'],
  },
  attentionCalls: {
    name: 'datacode_attention_calls_total',
    kind: 'counter',
    source: 'worker',
    help: 'Steps that began to need attention.',
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
    help: 'Duration of one call to MobiFone that was sent, by its verdict.',
    labels: ['call', 'verdict'],
  },
  unknownOutcomes: {
    name: 'datacode_unknown_outcomes_total',
    kind: 'counter',
    source: 'worker',
    help: 'Commands whose answer was lost, or not waited for any longer, so that only an inquiry shows whether they took effect.',
    labels: ['call'],
  },
  gatewayOut: {
    name: 'datacode_gateway_out',
    kind: 'gauge',
    source: 'worker',
    help: '1 while this worker considers MobiFone out and holds calls back, else 0.',
    labels: [],
  },
  gatewayCallsHeld: {
    name: 'datacode_gateway_calls_held_total',
    kind: 'counter',
    source: 'worker',
    help: 'Calls to MobiFone held back during an outage.',
    labels: ['call'],
  },
  webhookDeliveries: {
    name: 'datacode_webhook_deliveries_total',
    kind: 'counter',
    source: 'worker',
    help: 'Attempts to deliver a notice; status is the class of the webhook’s answer, or none.',
    labels: ['channel', 'kind', 'status'],
  },
  webhookSeconds: {
    name: 'datacode_webhook_seconds',
    kind: 'histogram',
    source: 'worker',
    help: 'Duration of one attempt to deliver a notice to a channel’s webhook.',
    labels: ['kind', 'result'],
  },
  webhookUnderWay: {
    name: 'datacode_webhook_deliveries_under_way',
    kind: 'gauge',
    source: 'worker',
    help: 'Deliveries to a channel’s webhook that this worker is running.',
    labels: ['channel'],
  },
  webhookHeld: {
    name: 'datacode_webhook_deliveries_held_total',
    kind: 'counter',
    source: 'worker',
    help: 'Deliveries held back unsent, by the limit that applied.',
    labels: ['channel', 'by'],
  },
  webhookSilent: {
    name: 'datacode_webhook_silent',
    kind: 'gauge',
    source: 'worker',
    help: '1 while this worker considers the channel’s webhook dead and only probes it, else 0.',
    labels: ['channel'],
  },
  decryptionFailures: {
    name: 'datacode_decryption_failures_total',
    kind: 'counter',
    source: 'worker',
    help: 'Payloads that could not be decrypted, by key id.',
    labels: ['key_id'],
  },
  filesNotFollowed: {
    name: 'datacode_file_not_followed',
    kind: 'gauge',
    source: 'process',
    help: '1 while a change of the channel registry or the key ring cannot be read or used, and the previous version is in use.',
    labels: ['file'],
  },
  descriptorLimit: {
    name: 'datacode_descriptors_limit',
    kind: 'gauge',
    source: 'process',
    help: 'Limit of open file descriptors; absent if the system sets none.',
    labels: [],
  },
  descriptorsOpen: {
    name: 'datacode_descriptors_open',
    kind: 'gauge',
    source: 'process',
    help: 'Open file descriptors of the process: connections, files, pipes.',
    labels: [],
  },
  httpSeconds: {
    name: 'datacode_http_request_seconds',
    kind: 'histogram',
    source: 'api',
    help: 'Duration of answered requests, held answers included, by route template.',
    labels: ['method', 'route', 'status'],
  },
  httpInFlight: {
    name: 'datacode_http_requests_in_flight',
    kind: 'gauge',
    source: 'api',
    help: 'Requests in progress, held answers and event streams included.',
    labels: [],
  },
  eventStreams: {
    name: 'datacode_event_streams',
    kind: 'gauge',
    source: 'api',
    help: 'Open event streams.',
    labels: [],
  },
  channelLoad: {
    name: 'datacode_channel_load',
    kind: 'gauge',
    source: 'api',
    help: 'Requests of a channel in progress, by kind: working, queued for a turn, held, stream.',
    labels: ['channel', 'kind'],
  },
  connectionsRefused: {
    name: 'datacode_connections_refused_total',
    kind: 'counter',
    source: 'api',
    help: 'Connections refused because file descriptors ran short: answered 503, or closed.',
    labels: ['how'],
  },
  submissions: {
    name: 'datacode_submissions_total',
    kind: 'counter',
    source: 'api',
    help: 'Orders submitted to Temporal: accepted, repeated, conflict, or unavailable.',
    labels: ['channel', 'result'],
  },
  problems: {
    name: 'datacode_problems_total',
    kind: 'counter',
    source: 'api',
    help: 'Requests answered with a problem document, by its code.',
    labels: ['code', 'channel'],
  },
  clockOffset: {
    name: 'datacode_clock_offset_seconds',
    kind: 'gauge',
    source: 'process',
    help: 'Offset of the machine’s clock from Temporal’s, of an API negative when behind; absent before the first sale.',
    labels: [],
  },
  temporalRefusals: {
    name: 'datacode_temporal_refusals_total',
    kind: 'counter',
    source: 'api',
    help: 'Attempts of a call that Temporal rejected for its load (RESOURCE_EXHAUSTED), by the call; most are repeated and succeed.',
    labels: ['operation'],
  },
  temporalWritable: {
    name: 'datacode_temporal_writable',
    kind: 'gauge',
    source: 'api',
    help: '1 while Temporal accepts writes from this process, else 0: it is too slow or blocked, or its disk is full.',
    labels: [],
  },
  temporalReachable: {
    name: 'datacode_temporal_reachable',
    kind: 'gauge',
    source: 'standing',
    help: '1 if Temporal answered this process’s last query, else 0; all other metrics of this source are absent then.',
    labels: [],
  },
  namespaceUsable: {
    name: 'datacode_temporal_namespace_usable',
    kind: 'gauge',
    source: 'standing',
    help: '1 if Temporal’s namespace takes new purchases and has all our search attributes, else 0; absent while Temporal does not answer.',
    labels: [],
  },
  retentionShort: {
    name: 'datacode_temporal_retention_short',
    kind: 'gauge',
    source: 'standing',
    help: '1 if Temporal keeps closed purchases for shorter than `TEMPORAL_RETENTION`, else 0; absent while Temporal does not answer.',
    labels: [],
  },
  openPurchases: {
    name: 'datacode_purchases_open',
    kind: 'gauge',
    source: 'standing',
    help: 'Purchases whose workflow runs, by state; those with an outcome are still sending messages or a notice.',
    labels: ['state'],
  },
  needAttention: {
    name: 'datacode_purchases_need_attention',
    kind: 'gauge',
    source: 'standing',
    help: 'Purchases and cases that need attention, by reason; workflow_closed: closed from outside, until their case is closed.',
    labels: ['reason'],
  },
  oldestAttention: {
    name: 'datacode_oldest_attention_age_seconds',
    kind: 'gauge',
    source: 'standing',
    help: 'Age of the oldest running purchase that needs attention, since its acceptance; 0 if none does.',
    labels: [],
  },
  oldestCase: {
    name: 'datacode_oldest_case_age_seconds',
    kind: 'gauge',
    source: 'standing',
    help: 'Age of the oldest open case, since it was opened; 0 if none is open.',
    labels: [],
  },
  noticesPending: {
    name: 'datacode_notices_pending',
    kind: 'gauge',
    source: 'standing',
    help: 'Notices not accepted by their channel yet: state notices, and refund notices of running purchases.',
    labels: ['kind'],
  },
  noticesOverdue: {
    name: 'datacode_notices_overdue',
    kind: 'gauge',
    source: 'standing',
    help: 'Pending notices whose purchase or notice began more than an hour ago.',
    labels: ['kind'],
  },
  queuePollers: {
    name: 'datacode_task_queue_pollers',
    kind: 'gauge',
    source: 'standing',
    help: 'Worker pollers that Temporal has seen in the last minutes, of the build that gets the work; the fewest of one, if several do.',
    labels: ['queue', 'type'],
  },
  queueBacklog: {
    name: 'datacode_task_queue_backlog',
    kind: 'gauge',
    source: 'standing',
    help: 'Approximate backlog of the task queue.',
    labels: ['queue', 'type'],
  },
  queueBacklogAge: {
    name: 'datacode_task_queue_backlog_age_seconds',
    kind: 'gauge',
    source: 'standing',
    help: 'Age of the oldest task in the backlog.',
    labels: ['queue', 'type'],
  },
  reconciliationAge: {
    name: 'datacode_reconciliation_age_seconds',
    kind: 'gauge',
    source: 'standing',
    help: 'Time since a day was last compared with MobiFone’s file, which counts no later than the day on which it was due; absent before the first.',
    labels: [],
  },
  reconciliationBreaks: {
    name: 'datacode_reconciliation_breaks',
    kind: 'gauge',
    source: 'standing',
    help: 'Breaks of the latest compared day, by kind; absent before the first.',
    labels: ['kind'],
  },
  openBreaks: {
    name: 'datacode_reconciliation_open_breaks',
    kind: 'gauge',
    source: 'standing',
    help: 'Breaks of all days that are not closed, by age.',
    labels: ['age'],
  },
  openBreaksAtStake: {
    name: 'datacode_reconciliation_open_breaks_vnd',
    kind: 'gauge',
    source: 'standing',
    help: 'Amount at stake on the breaks that are not closed, by age.',
    labels: ['age'],
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
