import type { PurchaseId } from '../../domain/identifiers';
import type { Msisdn } from '../../domain/msisdn';
import type { PackageCode } from '../../domain/catalogue/packages';
import type { Vnd } from '../../domain/vnd';

/** What the naive purchase is given. */
export interface NaiveSale {
  purchaseId: PurchaseId;
  msisdn: Msisdn;
  packageCode: PackageCode;
  amount: Vnd;
}
