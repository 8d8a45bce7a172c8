import type { LedgerEntry, LedgerFact } from './ledger-entries';

/** A registration under one id; where ids are executed more than once it may stand more than once. */
export interface Registration {
  msisdn: string;
  packageCode: string;
  form: 'prepaid' | 'postpaid';
  amount: number;
  /** How often it stands. */
  standing: number;
  /** The charges made for it that stand. */
  charges: { transactionId: string; amount: number }[];
}

/** The registrations by their ids, with the charges made for them; all of it follows from the ledger. */
export class Registrations {
  private readonly byId = new Map<string, Registration>();
  private readonly idByCharge = new Map<string, string>();

  find(registrationId: string): Registration | undefined {
    return this.byId.get(registrationId);
  }

  /** What a registration or a charge is about, by its own id. */
  saleOf(transactionId: string): { amount: number; packageCode: string } | undefined {
    const registration = this.byId.get(this.idByCharge.get(transactionId) ?? transactionId);
    return registration && { amount: registration.amount, packageCode: registration.packageCode };
  }

  /** What a rollback undoes: every charge, then every registration under the id. */
  undoing(registrationId: string, by: string): LedgerFact[] {
    const registration = this.byId.get(registrationId);
    if (!registration) return [];
    const { standing, form, amount, charges } = registration;
    const reversed = charges.map((charge) => ({ kind: 'charge_reversed', ...charge, by }) as const);
    const undone = Array.from({ length: standing }, (): LedgerFact[] => [
      ...(form === 'prepaid'
        ? [{ kind: 'deactivated', transactionId: registrationId, amount, by } as const]
        : []),
      { kind: 'registration_undone', transactionId: registrationId, by },
    ]);
    return [...reversed, ...undone.flat()];
  }

  replay(entry: LedgerEntry): void {
    switch (entry.kind) {
      case 'registered': {
        const { msisdn, packageCode, form, amount } = entry;
        const before = this.byId.get(entry.transactionId);
        const [standing, charges] = [(before?.standing ?? 0) + 1, before?.charges ?? []];
        this.byId.set(entry.transactionId, { msisdn, packageCode, form, amount, standing, charges });
        return;
      }
      case 'charged':
        this.byId
          .get(entry.registrationId)
          ?.charges.push({ transactionId: entry.transactionId, amount: entry.amount });
        this.idByCharge.set(entry.transactionId, entry.registrationId);
        return;
      case 'registration_undone': {
        const registration = this.byId.get(entry.transactionId);
        if (registration) registration.standing -= 1;
        return;
      }
      case 'charge_reversed': {
        const charges = this.byId.get(this.idByCharge.get(entry.transactionId) ?? '')?.charges ?? [];
        const at = charges.findIndex(({ transactionId }) => transactionId === entry.transactionId);
        if (at >= 0) charges.splice(at, 1);
        return;
      }
      default:
        return;
    }
  }
}
