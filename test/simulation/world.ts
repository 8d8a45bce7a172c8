import { activityInfo } from '@temporalio/activity';
import type { DeliverNotice } from '../../activities/channel-activities';
import type { PurchaseId } from '../../domain/identifiers';
import { isBatchNotice } from '../../domain/notice/notice';
import type { GatewayCall } from '../../mobifone/contract';
import { Faults } from '../../sandbox/faults';
import { SandboxGateway } from '../../sandbox/gateway';
import { Ledger } from '../../sandbox/ledger';
import { purchaseOf } from '../../sandbox/requests';
import type { GatewayProfile } from '../../sandbox/profile';
import type { Around } from '../support/in-process-gateway';
import type { PlannedPurchase } from './plan';

/** Those who act while MobiFone has a call in its hands. */
export interface Bystanders {
  during(call: GatewayCall, purchaseId: string, attempt: number, world: World): Promise<void>;
}

/** Everything outside our own code in one run: MobiFone, the channel's webhook, and death. */
export class World {
  readonly ledger = new Ledger(undefined, { now: () => this.nowMs });
  readonly faults = new Faults();
  readonly sandbox: SandboxGateway;
  /** How many attempts a dying worker took with it. */
  deaths = 0;
  private readonly planned = new Map<string, PlannedPurchase>();
  private readonly attempts = new Map<string, number>();
  private readonly deliveries = new Map<string, number>();
  /** The server's time, which skips ahead, as the latest activity had it; milliseconds since 1970. */
  nowMs = 0;
  /** How many calls came, by whatever activity. */
  calls = 0;

  constructor(
    profile: GatewayProfile,
    private readonly bystanders?: Bystanders,
  ) {
    this.sandbox = new SandboxGateway(this.ledger, this.faults, new Map([['D90', 90_000]]), profile);
  }

  expect(purchaseId: PurchaseId, planned: PlannedPurchase): void {
    this.planned.set(purchaseId, planned);
    for (const { call, skip, times, fault } of planned.faults) {
      this.faults.add({ call, skip, times, fault, match: { purchaseId } });
    }
  }

  /** Nobody asks any more: what is still on its way lands, each at its own time. */
  rest(): void {
    this.sandbox.landDue(Infinity);
  }

  /** Takes a planned attempt away from its worker, with or without its effect. */
  readonly around: Around = async (call, transactionId, send) => {
    this.keepTime();
    const purchaseId = purchaseOf(transactionId);
    const attempt = (this.attempts.get(`${call} ${transactionId}`) ?? 0) + 1;
    this.attempts.set(`${call} ${transactionId}`, attempt);
    const death = this.planned
      .get(purchaseId)
      ?.deaths.find((planned) => planned.call === call && planned.attempt === attempt);
    if (death) this.deaths += 1;
    if (death?.when === 'before') throw lostAttempt();
    const answer = send();
    await this.bystanders?.during(call, purchaseId, attempt, this);
    if (death) throw lostAttempt();
    return answer;
  };

  /** The channel's webhook. */
  readonly deliver: DeliverNotice = async (channel, notice) => {
    this.keepTime();
    if (isBatchNotice(notice)) throw new Error('the simulation sells no batches');
    const delivery = this.deliveries.get(notice.purchaseId) ?? 0;
    this.deliveries.set(notice.purchaseId, delivery + 1);
    const treatment = this.planned.get(notice.purchaseId)?.deliveries[delivery];
    if (treatment === 'refused') return { kind: 'retry', detail: 'HTTP 500' };
    this.ledger.append({
      kind: 'notice_received',
      channel,
      noticeId: notice.id,
      purchaseId: notice.purchaseId,
      verified: true,
      body: JSON.stringify(notice),
    });
    return treatment ? { kind: 'retry', detail: 'the answer was lost' } : { kind: 'delivered' };
  };

  /** An activity knows when the server scheduled its attempt; the sandbox's clock never goes back. */
  private keepTime(): void {
    this.calls += 1;
    this.nowMs = Math.max(this.nowMs, activityInfo().currentAttemptScheduledTimestampMs);
  }
}

/**
 * What the next attempt finds is the same as after a worker's death: a command that may have been sent. That the
 * server notices a death by missing heartbeats is tried by real kills; this server's clock does not survive it.
 */
function lostAttempt(): Error {
  return new Error('the attempt was lost');
}
