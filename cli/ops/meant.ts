import type { Client } from '@temporalio/client';
import { purchaseMeant, UnknownReference, type PurchaseName } from '../../operators/purchase-reference';
import { UsageFault } from './usage-fault';

/**
 * The purchase that an argument names; nothing when there is none with our id.
 * @throws UsageFault when it is no name of a purchase
 */
export async function meant(client: Client, reference: string): Promise<PurchaseName | undefined> {
  try {
    return await purchaseMeant(client, reference);
  } catch (fault) {
    if (fault instanceof UnknownReference) throw new UsageFault(fault.message);
    throw fault;
  }
}
