import type { BilingualText } from '../domain/bilingual';
import type { FieldFault } from '../domain/field-faults';
import type { ExternalId } from '../domain/identifiers';
import { PROBLEM_CODES, type ProblemCode } from '../domain/problem-codes';
import type { PurchaseState } from '../domain/purchase/states';

/** What a refusal says beyond its code. */
export interface RefusalFacts {
  errors?: readonly { pointer: string; code: FieldFault; detail: BilingualText }[];
  /** The order that sold the same; null what is not known of it. */
  duplicateOf?: { externalId: ExternalId; state: PurchaseState | null; createdAt: string | null };
  /** When the same order may be worth sending again. */
  retryAfterSeconds?: number;
}

/** An order that is not accepted, in the words that its channel is told. The API answers with it, a batch notes it. */
export class SaleRefused extends Error {
  override readonly name = 'SaleRefused';

  /** @param detail what happened in this case; what the code's `whatToDo` says unless given */
  constructor(
    readonly code: ProblemCode,
    readonly detail?: BilingualText,
    readonly facts: RefusalFacts = {},
  ) {
    super((detail ?? PROBLEM_CODES[code].whatToDo).en);
  }
}
