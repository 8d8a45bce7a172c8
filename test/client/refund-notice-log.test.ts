import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import type { ListedNotice } from '../../client/notices';
import { TemporalNotices } from '../../client/temporal-notices';
import type { NoticeVerdict } from '../../channel/signed-delivery';
import { refundNoticeId } from '../../domain/identifiers';
import type { NoticeLog } from '../../domain/notice/notice';
import { MAX_RESENDS, noticeWorkflowId } from '../../domain/notice/protocol';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { keyRingOf } from '../../encryption/key-ring';
import { PayloadEncryption } from '../../encryption/payload-encryption';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY, SLOW_POLICY } from '../support/orders';
import { PurchaseLab, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

jest.setTimeout(300_000);

const OUT: NoticeVerdict = { kind: 'retry', status: 503, detail: 'the webhook answered 503' };
const SILENT: NoticeVerdict = { kind: 'retry', detail: 'the webhook cannot be reached (ECONNREFUSED)' };
const TAKEN: NoticeVerdict = { kind: 'delivered', status: 204 };
const SOON: PurchasePolicy = { ...POLICY, retryInitialInterval: 20, retryMaximumInterval: 20 };
/** After the first refusal nothing is sent within the story. */
const ONCE_AN_HOUR: PurchasePolicy = SLOW_POLICY;
/** A round ends at its first failure, since the next attempt would come after its end. */
const ROUND_OF_ONE: PurchasePolicy = {
  ...POLICY,
  retryInitialInterval: 300_000,
  retryMaximumInterval: 300_000,
  patience: 100_000,
};

let server: TestWorkflowEnvironment;
beforeAll(async () => void (server = await localServer()));
afterAll(() => server.teardown());

/** Encrypted, as in production: what attempts remember is a payload as well. */
function encryption() {
  const key = {
    id: 'k1',
    key: Buffer.alloc(32, 'k1').toString('base64'),
    madeAt: '2026-11-01T00:00:00.000Z',
  };
  const ring = keyRingOf({ current: 'k1', keys: [key], shredded: [] });
  return { payloadCodecs: [new PayloadEncryption(ring, ring)] };
}

let labs = 0;

/** A purchase that MobiFone refuses, and a channel whose webhook answers by the script, then takes all. */
class RefundLab extends PurchaseLab {
  readonly told: TemporalNotices;

  constructor(policy: PurchasePolicy, ...script: (NoticeVerdict | Promise<NoticeVerdict>)[]) {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'subscriber_not_found',
    });
    labs += 1;
    super(server, gateway, policy, anOrder({ channel: `shop-${labs}` }), encryption());
    this.told = new TemporalNotices(this.client, {
      taskQueue: TASK_QUEUE,
      policy,
      cursors: new ListCursors(cursorKeysOf(undefined)),
    });
    this.deliver = async (_, notice) => {
      this.notices.push(notice);
      return script.shift() ?? TAKEN;
    };
  }

  get id() {
    return refundNoticeId(this.order.purchaseId);
  }

  async log(): Promise<NoticeLog | undefined> {
    const logs = await this.told.ofPurchase(this.order.channel, this.order.externalId);
    return logs?.find(({ notice }) => notice.id === this.id);
  }

  /** The log as soon as it holds; it lags behind the attempt by what Temporal takes to be told. */
  logWith(what: string, holds: (log: NoticeLog) => boolean): Promise<NoticeLog> {
    return eventually(what, async () => {
      const log = await this.log();
      return log && holds(log) ? log : undefined;
    });
  }

  /** The notice in its channel's list, by all of it, only what was delivered, or only what was not. */
  async listed(delivered?: boolean): Promise<ListedNotice[]> {
    const listing = await this.told.list(this.order.channel, { delivered, limit: 100 });
    if (listing.kind !== 'page') throw new Error(listing.kind);
    return listing.notices.filter(({ id }) => id === this.id);
  }

  listedAs(what: string, delivered: boolean | undefined, standings: readonly string[]): Promise<true> {
    return eventually(what, async () => {
      const listed = await this.listed(delivered);
      return (
        JSON.stringify(listed.map(({ standing }) => standing)) === JSON.stringify(standings) || undefined
      );
    });
  }
}

describe('a refund notice that its channel does not take', () => {
  it('is in its log with every attempt, its answer and the time of the next one', async () => {
    const lab = new RefundLab(ONCE_AN_HOUR, OUT);
    await lab.submitted(async () => {
      const log = await lab.logWith('the first attempt', ({ attempts }) => attempts.length > 0);
      expect(log).toMatchObject({
        standing: 'delivering',
        attempts: [{ status: 503, detail: 'the webhook answered 503' }],
      });
      expect(await lab.told.find(lab.order.channel, lab.id)).toEqual(log);
      const [first = { at: '' }] = log.attempts;
      const pauseMs = Date.parse(log.nextAttemptAt ?? '') - Date.parse(first.at);
      expect(pauseMs).toBeGreaterThanOrEqual(3_600_000);
      expect(pauseMs).toBeLessThan(2 * 3_600_000);
    });
  });

  it('is listed as not delivered, once, and makes the health of the webhook fail within a minute', async () => {
    const lab = new RefundLab(ONCE_AN_HOUR, OUT);
    await lab.submitted(async () => {
      const { attempts } = await lab.logWith('the first attempt', (log) => log.attempts.length > 0);
      await lab.listedAs('among the undelivered', false, ['delivering']);
      expect(await lab.listed(true)).toEqual([]);
      const [listed] = await lab.listed();
      expect(listed).toMatchObject({ type: 'purchase.refund_due', sequence: null });
      expect(listed?.occurredAt).toBe((await lab.log())?.notice.occurredAt);
      const now = Date.now();
      const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 60_000);
      try {
        expect(await lab.told.webhookHealth(lab.order.channel)).toEqual({
          status: 'failing',
          since: attempts[0]?.at,
        });
      } finally {
        clock.mockRestore();
      }
    });
  });

  it('is delivered on request, and then neither listed as undelivered nor twice', async () => {
    const lab = new RefundLab(ONCE_AN_HOUR, OUT);
    await lab.submitted(async () => {
      await lab.logWith('the first attempt', ({ attempts }) => attempts.length > 0);
      await lab.listedAs('among the undelivered', false, ['delivering']);
      expect(await lab.told.resend(lab.order.channel, lab.id)).toMatchObject({ notice: { id: lab.id } });
      await lab.listedAs('delivered', undefined, ['delivered']);
      await lab.listedAs('among the delivered', true, ['delivered']);
      expect(await lab.listed(false)).toEqual([]);
      const log = await lab.logWith('both attempts', ({ attempts }) => attempts.length === 2);
      expect(log.standing).toBe('delivered');
      expect(log.attempts.map(({ status }) => status)).toEqual([503, 204]);
      expect(await lab.told.find(lab.order.channel, lab.id)).toEqual(log);
      expect(new Set(lab.notices.map((notice) => JSON.stringify(notice))).size).toBe(1);
    });
  });
});

describe('a refund notice that is asked for again and again', () => {
  it.each([
    ['while its webhook refuses it', Array.from({ length: 20 }, () => OUT)],
    ['though it is taken each time', []],
  ])('is delivered a few times a minute, and then to be asked for later: %s', async (_, script) => {
    const lab = new RefundLab(ONCE_AN_HOUR, OUT, ...script);
    await lab.submitted(async () => {
      await lab.logWith('the first attempt', ({ attempts }) => attempts.length > 0);
      await lab.listedAs('among the undelivered', false, ['delivering']);
      let delivered = 0;
      const refused = await eventually('the refusal', async () => {
        const came = await lab.told.resend(lab.order.channel, lab.id);
        if (came.kind === 'too_often') return came;
        delivered += 1;
        if (script.length === 0) await lab.client.workflow.getHandle(noticeWorkflowId(lab.id)).result();
        return undefined;
      });
      expect(delivered).toBeGreaterThanOrEqual(MAX_RESENDS);
      expect(refused).toMatchObject({ kind: 'too_often', retryAfterSeconds: expect.any(Number) });
      const notice = lab.client.workflow.getHandle(noticeWorkflowId(lab.id));
      await notice.terminate().catch(() => undefined); // or the next story's worker goes on with it; it may be over
    });
  });
});

describe('a refund notice that is taken at last', () => {
  it('has all attempts in its log, and is listed as delivered', async () => {
    const lab = new RefundLab(SOON, OUT, SILENT, OUT, OUT);
    await lab.submitted(async () => {
      const log = await lab.logWith('the delivery', ({ standing }) => standing === 'delivered');
      expect(log.attempts.map(({ status }) => status)).toEqual([503, undefined, 503, 503, 204]);
      expect(log.attempts.map(({ at }) => at)).toEqual(log.attempts.map(({ at }) => at).sort());
      expect(log.nextAttemptAt).toBeNull();
      await lab.listedAs('among the delivered', true, ['delivered']);
      expect(await lab.listed(false)).toEqual([]);
      expect(await lab.told.webhookHealth(lab.order.channel)).toMatchObject({ status: 'healthy' });
    });
  });

  it('keeps the attempts of earlier rounds', async () => {
    const lab = new RefundLab(ROUND_OF_ONE, OUT, SILENT);
    await lab.submitted(async () => {
      const log = await lab.logWith('the delivery', ({ standing }) => standing === 'delivered');
      expect(log.attempts.map(({ detail }) => detail)).toEqual([
        'the webhook answered 503',
        'the webhook cannot be reached (ECONNREFUSED)',
        'delivered',
      ]);
    });
  });
});

describe('a refund notice that outlives a run of its purchase', () => {
  it('keeps its bytes, and its attempts', async () => {
    const lab = new RefundLab({ ...ROUND_OF_ONE, roundsOfARun: 1 }, OUT, SILENT);
    await lab.submitted(async () => {
      const log = await lab.logWith('the delivery', ({ standing }) => standing === 'delivered');
      expect(log.attempts.map(({ status }) => status)).toEqual([503, undefined, 204]);
      expect(new Set(lab.notices.map((notice) => JSON.stringify(notice))).size).toBe(1);
    });
  });
});

describe('a refund notice whose channel asks for an hour', () => {
  it('tells when it will be delivered again, though its round is over', async () => {
    const lab = new RefundLab(ROUND_OF_ONE, { ...OUT, retryAfterMs: 3_600_000 });
    await lab.submitted(async () => {
      const log = await lab.logWith('the pause', ({ nextAttemptAt }) => nextAttemptAt !== null);
      const pauseMs = Date.parse(log.nextAttemptAt ?? '') - Date.parse(log.attempts[0]?.at ?? '');
      expect(pauseMs).toBeGreaterThanOrEqual(3_600_000);
      expect(pauseMs).toBeLessThan(2 * 3_600_000);
    });
  });
});

describe('a refund notice that is held back because its webhook does not answer', () => {
  it('keeps the attempts that were made', async () => {
    const lab = new RefundLab(SOON, OUT);
    let turns = 0;
    lab.deliver = async () => {
      turns += 1;
      if (turns === 1) return OUT;
      if (turns < 4)
        return { kind: 'held', by: 'circuit', detail: 'the webhook does not answer', retryAfterMs: 20 };
      return TAKEN;
    };
    await lab.submitted(async () => {
      const log = await lab.logWith('the delivery', ({ standing }) => standing === 'delivered');
      expect(log.attempts.map(({ status }) => status)).toEqual([503, 204]);
    });
  });
});
