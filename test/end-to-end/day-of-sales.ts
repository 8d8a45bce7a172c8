import type { PaymentForm } from '../../domain/catalogue/packages';
import { GATEWAY_CALLS } from '../../mobifone/contract';
import type { Fault } from '../../sandbox/faults';
import { TEST_NUMBERS } from '../../sandbox/test-numbers';
import { ask, askUntilAnswered } from '../chaos/channel-client';
import { casesOf } from '../simulation/failure-matrix';
import type { PlannedFault } from '../simulation/plan';
import type { EmbeddedStack, FaultOrder } from '../support/embedded-stack';

/** Orders that are under way at the same time. */
const AT_ONCE = 24;
const PACKAGES = ['D10', 'D15', 'D30', 'D50', 'D90'] as const;
/** A number without a story of its own. */
const ANY_NUMBER = '0901234567';

/** One order of the day, and what goes wrong with it. */
interface PlannedSale {
  id: string;
  paymentForm: PaymentForm;
  msisdn: string;
  package: string;
  faults: readonly PlannedFault[];
  /** Submitted so often, all at once. */
  submissions: number;
  cancels: boolean;
}

/** Every fault of every call in its turn, and between them the sandbox's test numbers, repeats and cancellations. */
export function plannedSales(count: number): PlannedSale[] {
  const cases = GATEWAY_CALLS.flatMap(casesOf);
  return Array.from({ length: count }, (_, at): PlannedSale => {
    const half = Math.floor(at / 2);
    const sale = { id: `day-${at}`, package: PACKAGES[at % PACKAGES.length] ?? 'D90' };
    if (at % 2 === 0) {
      const faults = cases[half % cases.length]?.planned.faults ?? [];
      const paymentForm = half % 5 === 4 ? 'prepaid' : 'postpaid';
      return { ...sale, paymentForm, msisdn: ANY_NUMBER, faults, submissions: 1, cancels: false };
    }
    const number = TEST_NUMBERS[half % (2 * TEST_NUMBERS.length)]?.number ?? ANY_NUMBER;
    return {
      ...sale,
      paymentForm: half % 3 === 0 ? 'prepaid' : 'postpaid',
      msisdn: number,
      faults: [],
      submissions: 1 + (half % 3),
      cancels: half % 7 === 0,
    };
  });
}

/** Sells the planned orders over HTTP as channels do: what is not answered is sent again. */
export class DayOfSales {
  /** Orders that the API has answered. */
  accepted = 0;
  /** Answers that no channel should ever get. */
  readonly surprises: string[] = [];

  constructor(private readonly stack: EmbeddedStack) {}

  async sell(sales: readonly PlannedSale[]): Promise<void> {
    const queue = sales.values();
    const sellOn = async (): Promise<void> => {
      for (const sale of queue) await this.sellOne(sale);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sellOn));
  }

  private async sellOne(sale: PlannedSale): Promise<void> {
    const { id, paymentForm, msisdn, submissions, cancels } = sale;
    await this.order(sale);
    const body = { externalId: id, msisdn, package: sale.package };
    const submission = { paymentForm, method: 'POST', resource: '/v1/purchases', body } as const;
    const repeats = Array.from({ length: submissions - 1 }, () => ask(this.stack, submission));
    const answers = await Promise.all([askUntilAnswered(this.stack, submission), ...repeats]);
    for (const answer of answers) {
      if (answer && answer.status !== 200 && answer.status !== 201) {
        this.surprises.push(`${id} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
      }
    }
    this.accepted += 1;
    if (cancels)
      await ask(this.stack, { paymentForm, method: 'POST', resource: `/v1/purchases/${id}/cancel` });
  }

  /** The faults strike this order alone, however often and whenever it is sent. */
  private async order({ id, paymentForm, faults }: PlannedSale): Promise<void> {
    const purchaseId = this.stack.purchaseId(id, paymentForm);
    for (const { call, skip, times, fault } of faults) {
      const rule: FaultOrder = { call, skip, times, fault: hurried(fault), match: { purchaseId } };
      await this.stack.order(rule);
    }
  }
}

/** A real clock is waited for: MobiFone is patient for a second only. */
function hurried(fault: Fault): Fault {
  return fault.kind === 'too_many' ? { ...fault, retryAfterSeconds: 1 } : fault;
}
