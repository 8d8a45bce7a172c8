import { GatewayState } from './gateway-state';
import type { Ledger } from './ledger';
import type { LedgerEntry } from './ledger-entries';

/** Purchases whose state is kept in memory; that of others is rebuilt from the ledger. */
const MAX_KEPT_STATES = 1_000;

/** The state of each purchase at MobiFone; only the recently used ones are in memory. */
export class PurchaseStates {
  /** From the least to the most recently used. */
  private readonly kept = new Map<string, GatewayState>();

  constructor(
    private readonly ledger: Ledger,
    private readonly faceValues: ReadonlyMap<string, number>,
  ) {}

  of(purchaseId: string): GatewayState {
    const state = this.kept.get(purchaseId) ?? this.made(purchaseId);
    this.kept.delete(purchaseId);
    this.kept.set(purchaseId, state);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT_STATES && oldest !== undefined) this.kept.delete(oldest);
    return state;
  }

  /** Takes a new entry of the ledger into the state that it belongs to. */
  replay(entry: LedgerEntry): void {
    this.kept.get(entry.purchaseId)?.replay(entry); // else it is read with the others
  }

  private made(purchaseId: string): GatewayState {
    const state = new GatewayState(this.ledger, this.faceValues);
    for (const entry of this.ledger.entriesOf(purchaseId)) state.replay(entry);
    return state;
  }
}
