import type { Client } from '@temporalio/client';
import { PurchaseUnreadable } from '../../client/purchases';
import { isPurchaseId } from '../../domain/identifiers';
import { resolvePurchase } from '../../operators/purchase-ref';
import { html, type Html } from '../html';
import type { SignedIn } from '../visit';

/**
 * Whether a purchase has a page: a break may be about one that was never ours, and a case outlives its own.
 * @throws TemporalUnavailable
 */
export async function hasPage(client: Client, purchaseId: string): Promise<boolean> {
  if (!isPurchaseId(purchaseId)) return false;
  try {
    return (await resolvePurchase(client, purchaseId)) !== undefined;
  } catch (fault) {
    if (fault instanceof PurchaseUnreadable) return true; // its page says why
    throw fault;
  }
}

/** A purchase as a link, or its name and why there is none. */
export function purchaseLink({ words }: SignedIn, purchaseId: string, name: string, isKept: boolean): Html {
  if (isKept) return html`<a href="/purchases/${purchaseId}">${name}</a>`;
  return html`${name} <span class="hint">${words.purchase.notHere}</span>`;
}
