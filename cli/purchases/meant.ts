import type { Client } from '@temporalio/client';
import { purchaseMeant, UnknownReference, type PurchaseName } from '../../operators/purchase-reference';
import { CommandFault } from '../terminal/command-fault';

/**
 * The purchase that an argument names; nothing when there is none with our id.
 * @throws CommandFault when it is no name of a purchase
 */
export async function meant(client: Client, reference: string): Promise<PurchaseName | undefined> {
  try {
    return await purchaseMeant(client, reference);
  } catch (fault) {
    if (fault instanceof UnknownReference) throw new CommandFault(fault.message);
    throw fault;
  }
}
