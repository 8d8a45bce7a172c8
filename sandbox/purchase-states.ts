import { GatewayState } from './gateway-state';
import type { Ledger } from './ledger';
import type { LedgerEntry } from './ledger-entries';

/** Purchases whose state is at hand; of others it is made from the ledger again. */
const AT_HAND = 1_000;

/** The state of each purchase at MobiFone; no more of them in memory than are dealt with at a time. */
export class PurchaseStates {
  /** From the one that was used longest ago to the one that was used last. */
  private readonly atHand = new Map<string, GatewayState>();

  constructor(
    private readonly ledger: Ledger,
    private readonly faceValues: ReadonlyMap<string, number>,
  ) {}

  of(purchaseId: string): GatewayState {
    const state = this.atHand.get(purchaseId) ?? this.made(purchaseId);
    this.atHand.delete(purchaseId);
    this.atHand.set(purchaseId, state);
    const [oldest] = this.atHand.keys();
    if (this.atHand.size > AT_HAND && oldest !== undefined) this.atHand.delete(oldest);
    return state;
  }

  /** Takes a new entry of the ledger into the state that it belongs to. */
  replay(entry: LedgerEntry): void {
    this.atHand.get(entry.purchaseId)?.replay(entry); // else it is read with the others
  }

  private made(purchaseId: string): GatewayState {
    const state = new GatewayState(this.ledger, this.faceValues);
    for (const entry of this.ledger.entriesOf(purchaseId)) state.replay(entry);
    return state;
  }
}
