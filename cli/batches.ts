import { Argument, InvalidArgumentError, type Command } from 'commander';
import type { Batches } from '../client/batches';
import { findBatches } from '../client/batch-search';
import { cursorKeysOf, ListCursors } from '../client/list-cursor';
import type { PersonsAction } from '../client/history/actions';
import type { Notices } from '../client/notices';
import { noticeIdOf } from '../client/purchase-id';
import { rowSources } from '../client/row-sources';
import { TemporalBatches } from '../client/temporal-batches';
import { TemporalNotices } from '../client/temporal-notices';
import { undeliveredBatchNotices } from '../client/undelivered-notices';
import type { UnreadableRun } from '../client/visibility-pages';
import { webUiLinks } from '../client/web-ui-links';
import { ROW_RESULTS } from '../domain/batch/batch';
import { BATCH_OBSTACLES, batchFacts, isOver } from '../domain/batch/progress';
import type { BatchRecord } from '../domain/batch/protocol';
import { batchWorkflowId, channelName, type ChannelName } from '../domain/identifiers';
import { formatLocalTime, localIso } from '../domain/local-time';
import { noticeType, type NoticeLog } from '../domain/notice/notice';
import { cancellationsOf } from '../operators/batch-cancellations';
import { batchNameOf, type BatchName } from '../operators/batch-ref';
import { batchPolicy, purchasePolicy } from '../runtime/configuration/purchase-policy';
import { batchStateInWords } from './batch-state';
import { attributionOf, withAttribution, type AttributionOptions } from './purchases/attribution';
import { countTo } from './terminal/argument-values';
import { PURCHASE_SETTINGS, verb } from './terminal/help';
import { print, refuse, tell, type JsonOption } from './terminal/output';
import { withTemporal, type Temporal } from './terminal/temporal';

const MAX_LIMIT = 10_000;

interface ListOptions extends JsonOption {
  channel?: ChannelName;
  running?: boolean;
  undelivered?: boolean;
  limit: number;
}

/** `batches`: the lists of orders that channels have sent. */
export function addBatches(command: Command): void {
  command.description('lists, shows and cancels the batches of orders that channels have sent');
  verb(
    command.command('list'),
    'lists batches: running ones first, then the latest',
    ['datacode batches list --running', "datacode batches list --json | jq '.batches[].results.refused'"],
    PURCHASE_SETTINGS,
  )
    .option('--channel <name>', 'sent by this channel', channel)
    .option('--running', 'only those that are not over')
    .option('--undelivered', 'only those whose last notice the channel does not have yet')
    .option('--limit <count>', 'maximum number of batches', countTo(MAX_LIMIT), 100)
    .action(listed);
  verb(
    command.command('show'),
    'shows a batch: its rows by result, its money, what it waits for, its notice',
    [
      'datacode batches show demo/staff-2026-11',
      'datacode batches show demo/staff-2026-11 --json | jq .results',
    ],
    [...PURCHASE_SETTINGS, 'TEMPORAL_UI_URL'],
  )
    .addArgument(batchArgument())
    .action(shown);
  withAttribution(
    verb(
      command.command('cancel'),
      'has no further row begin; purchases that have begun go on',
      ["datacode batches cancel demo/staff-2026-11 --by lan --why 'the firm sent the wrong list'"],
      PURCHASE_SETTINGS,
    ),
  )
    .addArgument(batchArgument())
    .action(cancelled);
  verb(
    command.command('resend'),
    'delivers the notice that a batch is over once more, under the same id',
    ['datacode batches resend demo/staff-2026-11'],
    PURCHASE_SETTINGS,
  )
    .addArgument(batchArgument())
    .action(resent);
}

function channel(text: string): ChannelName {
  try {
    return channelName(text);
  } catch {
    throw new InvalidArgumentError(
      'It must be the name of a channel, as `datacode channels list` prints it.',
    );
  }
}

function batchArgument(): Argument {
  return new Argument('<batch>', '<channel>/<batch id>, or the workflow’s id').argParser((text) => {
    const name = batchNameOf(text);
    if (name) return name;
    throw new InvalidArgumentError('It must be <channel>/<batch id>, as `datacode batches list` prints it.');
  });
}

function servicesOf({ client, config }: Temporal): { batches: Batches; notices: Notices } {
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  const cursors = new ListCursors(cursorKeysOf(undefined)); // no page is asked for by cursor here
  const settings = { taskQueue, policy: purchasePolicy(config) };
  const rows = rowSources(client, settings);
  return {
    batches: new TemporalBatches(client, { taskQueue, policy: batchPolicy(config), cursors, rows }),
    notices: new TemporalNotices(client, { ...settings, cursors }),
  };
}

/** A batch in a list; of one whose notice is undelivered, since when that is due. */
type Listed = Pick<BatchRecord, 'channel' | 'batchId' | 'progress' | 'isCutOff'> & {
  noticeDueSince?: string;
};

async function listed(options: ListOptions): Promise<void> {
  await withTemporal(async ({ client }) => {
    const { channel: of, running: isRunning, limit } = options;
    if (options.undelivered) {
      const share = { most: limit, perChannel: Math.ceil(limit / 5), isFilled: true };
      const wish = { channel: of, share };
      const { notices, unreadable, leftOut } = await undeliveredBatchNotices(client, new Date(), wish);
      printList(
        options,
        notices.map(({ since, ...batch }) => ({ ...batch, noticeDueSince: since })),
        unreadable,
        leftOut.length > 0,
      );
      return;
    }
    const { records, unreadable, more } = await findBatches(client, { channel: of, isRunning }, limit);
    printList(options, records, unreadable, more);
  });
}

function printList(
  options: JsonOption,
  found: readonly Listed[],
  unreadable: readonly UnreadableRun[],
  more: boolean,
): void {
  const strange = unreadable.map(({ workflowId, fault }) => ({
    workflowId,
    reason: fault.reason,
    why: fault.message,
  }));
  const batches = found.map((batch) => ({
    ...factsOf(batch),
    ...(batch.noticeDueSince === undefined ? {} : { noticeDueSince: batch.noticeDueSince }),
  }));
  print(options, { more, batches, unreadable: strange }, () => [
    ...found.map(inOneLine),
    ...strange.map(({ workflowId, reason, why }) => `unreadable  ${workflowId}  ${reason}: ${why}`),
  ]);
  if (!options.json) tell(`${found.length} batch(es)${more ? '; there are more: raise --limit' : ''}`);
}

function factsOf({ channel, batchId, progress }: Listed) {
  return { channel, ...batchFacts(batchId, progress) };
}

function inOneLine(batch: Listed): string {
  const { channel, batchId, progress, noticeDueSince } = batch;
  const { waitingFor, rows, results, startedAt } = progress;
  const state = batchStateInWords(batch);
  return [
    localIso(new Date(startedAt)).slice(0, 19).replace('T', ' '),
    `${channel}/${batchId}`,
    waitingFor === null ? state : `${state}: ${waitingFor}`,
    `${rows - results.not_begun} of ${rows} begun`,
    ...ROW_RESULTS.filter((result) => result !== 'not_begun' && results[result] > 0).map(
      (result) => `${result} ${results[result]}`,
    ),
    ...(noticeDueSince === undefined
      ? []
      : [`notice due since ${formatLocalTime(new Date(noticeDueSince))}`]),
  ].join('  ');
}

async function shown(name: BatchName, options: JsonOption): Promise<void> {
  await withTemporal(async (temporal) => {
    const { batches, notices } = servicesOf(temporal);
    const record = await batches.find(name.channel, name.batchId);
    if (!record) return refuse(noBatch(name));
    const notice = (await notices.ofBatch(record)) ?? null;
    const webUi = webUiLinks(temporal.webUiUrl, temporal.client.options.namespace);
    const webUiLink = webUi?.workflow(batchWorkflowId(name.channel, name.batchId)) ?? null;
    const cancellations = await cancellationsOf(temporal.client, record);
    print(options, { ...factsOf(record), cancellations, notice, webUiLink }, () => [
      ...inFull(record),
      ...cancellations.map(cancellationInWords),
      ...(notice ? noticeInWords(notice) : []),
      ...(webUiLink ? ['', webUiLink] : []),
    ]);
  });
}

function inFull(record: BatchRecord): string[] {
  const { channel, batchId, progress } = record;
  const state = batchStateInWords(record);
  const { waitingFor, rows, results, money, startedAt, endedAt } = progress;
  return [
    `${channel}/${batchId}: ${state}${waitingFor === null ? '' : ` – ${BATCH_OBSTACLES[waitingFor].en}`}`,
    `  accepted ${formatLocalTime(new Date(startedAt))}${endedAt === null ? '' : `, ended ${formatLocalTime(new Date(endedAt))}`}`,
    `  rows: ${rows}`,
    ...ROW_RESULTS.filter((result) => results[result] > 0).map(
      (result) => `    ${result}: ${results[result]}`,
    ),
    `  sold ${money.faceValue} VND, discount ${money.discount} VND, payable ${money.payable} VND; to be refunded ${money.refunded} VND`,
    `  each row is an ordinary purchase: datacode purchases show ${channel}/<external id>`,
  ];
}

function cancellationInWords({ at, by, why, reference }: PersonsAction): string {
  const who = by ?? 'somebody';
  return `  cancelled ${formatLocalTime(new Date(at))} by ${who}${why === null ? '' : `: ${why}`}${reference === null ? '' : ` [${reference}]`}`;
}

function noticeInWords({ notice, standing, attempts, nextAttemptAt }: NoticeLog): string[] {
  const time = (iso: string) => formatLocalTime(new Date(iso));
  return [
    '',
    `${noticeType(notice)} (${notice.id}): ${standing}${nextAttemptAt === null ? '' : `, next attempt ${time(nextAttemptAt)}`}`,
    ...attempts.map(
      ({ at, status, detail }) =>
        `  ${time(at)} ${status === undefined ? 'no answer' : `HTTP ${status}`}: ${detail}`,
    ),
  ];
}

async function cancelled(name: BatchName, options: AttributionOptions & JsonOption): Promise<void> {
  const { by, why, ticket } = await attributionOf(options);
  await withTemporal(async (temporal) => {
    const attribution = { by, why, ...(ticket === undefined ? {} : { reference: ticket }) };
    const { batches } = servicesOf(temporal);
    const before = await batches.find(name.channel, name.batchId);
    if (before && isAllBegun(before)) {
      print(options, { kind: 'all_begun', batch: factsOf(before) }, () => []);
      return refuse(ALL_BEGUN);
    }
    const result = await batches.cancel(name.channel, name.batchId, attribution);
    const done = `Done: no further row of ${name.channel}/${name.batchId} begins, by ${by}.`;
    const told = result.kind === 'not_found' ? {} : { batch: factsOf(result.record) };
    print(options, { kind: result.kind, ...told }, () => (result.kind === 'cancelling' ? [done] : []));
    if (result.kind === 'not_found') refuse(noBatch(name));
    if (result.kind === 'over') refuse(`Refused: the batch is ${result.record.progress.state}.`);
  });
}

const ALL_BEGUN =
  'Refused: every row has begun, so there is nothing left to stop. `datacode purchases cancel` stops a purchase that is not charged yet.';

function isAllBegun({ progress: { state, results } }: BatchRecord): boolean {
  return !isOver(state) && results.not_begun === 0;
}

async function resent(name: BatchName, options: JsonOption): Promise<void> {
  await withTemporal(async (temporal) => {
    const { batches, notices } = servicesOf(temporal);
    const record = await batches.find(name.channel, name.batchId);
    const id = noticeIdOf(record ?? name); // the notice outlives its batch
    const result = await notices.resend(name.channel, id);
    const notice = result.kind === 'delivering' ? result.notice : null;
    print(options, { ...result, notice }, () =>
      notice
        ? [`Done: ${notice.type} of ${name.channel}/${name.batchId} is being delivered, under the same id.`]
        : [],
    );
    if (result.kind === 'too_often')
      refuse(
        `Refused: the notice was delivered again several times within a minute; try again in ${result.retryAfterSeconds} s.`,
      );
    if (result.kind === 'not_found')
      refuse(
        `There is no notice of ${name.channel}/${name.batchId}: there is no such batch, or it is not over.`,
      );
  });
}

function noBatch({ channel, batchId }: BatchName): string {
  return `There is no batch ${channel}/${batchId}; it may be older than the retention.`;
}
