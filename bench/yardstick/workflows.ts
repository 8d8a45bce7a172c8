import { proxyActivities } from '@temporalio/workflow';
import type { NaiveActivities } from './naive-activities';
import type { NaiveSale } from './naive-sale';

const call = proxyActivities<NaiveActivities>({ startToCloseTimeout: '1 minute' });

/**
 * The yardstick: the seed's five calls as anyone would write them first, one plain activity after the other. It has
 * no inquiry, rollback, refund or search attribute, and is kept only to be measured against.
 */
export async function naivePurchase(sale: NaiveSale): Promise<'succeeded'> {
  await call.check(sale);
  await call.register(sale);
  await call.charge(sale);
  await call.transactionMessage(sale);
  await call.successMessage(sale);
  return 'succeeded';
}

/** The limit: what starting and ending any workflow costs on this machine. */
export async function doNothing(): Promise<'succeeded'> {
  return 'succeeded';
}
