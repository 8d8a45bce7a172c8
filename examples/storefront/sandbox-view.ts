/** What happened outside the shop and the gateway, as the sandbox recorded it. */
export interface OutsideView {
  /** What 999 wrote to the subscriber of this purchase. */
  messages: { at: string; sender: string; text: string }[];
  /** The notice that has the shop refund its customer. */
  refund: { at: string; noticeId: string; amount: number } | null;
}

type LedgerEntry =
  | { kind: 'sms_sent'; at: string; sender: string; text: string }
  | { kind: 'notice_received'; at: string; noticeId: string; verified: boolean; body: string }
  | { kind: 'other' };

const NOTHING: OutsideView = { messages: [], refund: null };

/**
 * The subscriber's phone and the shop's inbox, for one purchase alone. A real shop has neither: its customer holds
 * the phone, and notices come to its own webhook. Without a sandbox there is nothing to see.
 */
export async function lookOutside(sandboxUrl: string, purchaseId: string): Promise<OutsideView> {
  const address = `${sandboxUrl}/sandbox/ledger?purchaseId=${encodeURIComponent(purchaseId)}`;
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  if (!response?.ok) return NOTHING;
  const { entries } = (await response.json()) as { entries: LedgerEntry[] }; // the sandbox's own ledger
  const view: OutsideView = { messages: [], refund: null };
  for (const entry of entries) {
    if (entry.kind === 'sms_sent') {
      view.messages.push({ at: entry.at, sender: entry.sender, text: entry.text });
    } else if (entry.kind === 'notice_received' && entry.verified) {
      view.refund ??= { at: entry.at, noticeId: entry.noticeId, amount: refundAmount(entry.body) };
    }
  }
  return view;
}

function refundAmount(body: string): number {
  const { data } = JSON.parse(body) as { data: { refund: { amount: number } } }; // its signature was verified
  return data.refund.amount;
}
