import type { Client } from '@temporalio/client';
import type { ChannelName } from '../domain/identifiers';
import { GONE } from '../domain/notice/notice';
import { NOTICE_WORKFLOW } from '../domain/notice/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { NoticeWorkflows } from './notice-workflows';
import type { WebhookHealth } from './notices';
import type { RefundNotices } from './refund-notices';
import { countRuns, listPage, workflowIdOf } from './visibility-pages';
import { equals, purchasesOf } from './visibility-query';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A notice that was due longer ago and was tried in vain counts as failing. */
const OVERDUE_MS = 30_000;
/** Overdue notices that are looked at: while a webhook does not answer, most are held back and have no attempt. */
const LOOKED_AT = 10;

const { noticeDelivered, refundDueAt, channel: CHANNEL } = SEARCH_ATTRIBUTES;
const HEALTHY: WebhookHealth = { status: 'healthy', since: null };

/** The health of channels' webhooks, by the notices of the last day. */
export class WebhookHealths {
  constructor(
    private readonly client: Client,
    private readonly workflows: NoticeWorkflows,
    private readonly refunds: RefundNotices,
  ) {}

  /** @throws TemporalUnavailable */
  async of(channel: ChannelName): Promise<WebhookHealth> {
    return (await this.givenUp(channel)) ?? (await this.overdue(channel)) ?? HEALTHY;
  }

  /** The latest notice that was given up, unless one was delivered since. */
  private async givenUp(channel: ChannelName): Promise<WebhookHealth | undefined> {
    const recently = `CloseTime > '${new Date(Date.now() - DAY_MS).toISOString()}'`;
    const query = stateNotices(channel, false, `ExecutionStatus = 'Completed'`, recently);
    const { records } = await this.workflows.page(query, 1);
    const given = records.find((record) => record.channel === channel);
    if (!given?.closedAt || (await this.deliveredSince(channel, given.closedAt))) return undefined;
    const { attempts } = await this.workflows.log(given);
    const status = attempts.at(-1)?.status === GONE ? 'disabled' : 'failing';
    return { status, since: given.closedAt.toISOString() };
  }

  /** The earliest failed attempt of notices that are overdue; nothing if they were not tried, since no worker runs. */
  private async overdue(channel: ChannelName): Promise<WebhookHealth | undefined> {
    const before = new Date(Date.now() - OVERDUE_MS).toISOString();
    const running = `ExecutionStatus = 'Running'`;
    const states = stateNotices(channel, false, running, `StartTime < '${before}'`);
    const refunds = purchasesOf(
      channel,
      running,
      equals(noticeDelivered, false),
      `${refundDueAt.name} < '${before}'`,
    );
    const [{ records }, { executions }] = await Promise.all([
      this.workflows.page(states, LOOKED_AT),
      listPage(this.client, refunds, { pageSize: LOOKED_AT }),
    ]);
    const logs = await Promise.all([
      ...records.filter((record) => record.channel === channel).map((record) => this.workflows.log(record)),
      ...executions.map((run) => this.refunds.deliveries(workflowIdOf(run))),
    ]);
    const [since] = logs.flatMap(({ attempts: [first] }) => (first ? [first.at] : [])).sort();
    if (since === undefined || (await this.deliveredSince(channel, new Date(since)))) return undefined;
    return { status: 'failing', since };
  }

  private async deliveredSince(channel: ChannelName, moment: Date): Promise<boolean> {
    const after = moment.toISOString();
    const counts = await Promise.all([
      countRuns(this.client, stateNotices(channel, true, `CloseTime > '${after}'`)),
      countRuns(
        this.client,
        purchasesOf(channel, equals(noticeDelivered, true), `${refundDueAt.name} > '${after}'`),
      ),
    ]);
    return counts.some((count) => count > 0);
  }
}

function stateNotices(channel: ChannelName, delivered: boolean, ...conditions: string[]): string {
  const own = [`WorkflowType = '${NOTICE_WORKFLOW}'`, equals(CHANNEL, channel)];
  return [...own, equals(noticeDelivered, delivered), ...conditions].join(' AND ');
}
