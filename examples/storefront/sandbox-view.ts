/** What the sandbox recorded for one purchase. */
export interface SandboxView {
  /** SMS messages from 999 to the subscriber. */
  messages: { at: string; sender: string; text: string }[];
  /** The refund notice that the shop's webhook received. */
  refund: { at: string; noticeId: string; amount: number } | null;
}

type LedgerEntry =
  | { kind: 'sms_sent'; at: string; sender: string; text: string }
  | { kind: 'notice_received'; at: string; noticeId: string; verified: boolean; body: string }
  | { kind: 'other' };

const NOTHING: SandboxView = { messages: [], refund: null };

/**
 * Reads the subscriber's SMS messages and the shop's refund notice of one purchase from the sandbox. A real shop cannot
 * see the phone, and receives notices at its own webhook. Without a sandbox the view is empty.
 */
export async function readSandbox(sandboxUrl: string, purchaseId: string): Promise<SandboxView> {
  const address = `${sandboxUrl}/sandbox/ledger?purchaseId=${encodeURIComponent(purchaseId)}`;
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  if (!response?.ok) return NOTHING;
  const { entries } = (await response.json()) as { entries: LedgerEntry[] }; // the sandbox's own ledger
  const view: SandboxView = { messages: [], refund: null };
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
