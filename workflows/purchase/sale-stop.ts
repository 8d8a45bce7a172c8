import { condition } from '@temporalio/workflow';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { CarriedPurchase } from './carried';
import type { StepInterrupts } from './interrupts';
import type { Stop } from './step-result';

/** Requests to stop the sale. A request that came in time is accepted, and the saga acts on it at the next safe moment. */
export class SaleStop {
  accepted: Stop | undefined;
  /** Whether the first attempt of the sale has sent the charge; requests are held while that is open. */
  private charge: 'not_sent' | 'may_follow' | 'sent' = 'not_sent';
  private held: Stop | undefined;

  /** @param carried from the run before, where there was one */
  constructor(
    private readonly interrupts: StepInterrupts,
    carried?: Pick<CarriedPurchase, 'stop' | 'chargeSent'>,
  ) {
    this.accepted = carried?.stop ?? undefined;
    if (carried?.chargeSent) this.charge = 'sent';
  }

  /** Whether the charge may have been sent by the first attempt of the sale. */
  get chargeSent(): boolean {
    return this.charge === 'sent';
  }

  /** From now on the first attempt of the sale may send the charge. */
  chargeMayFollow(): void {
    this.charge = 'may_follow';
  }

  /** It is known whether the charge may have been sent: a request that was held is accepted, or too late. */
  chargeWas(charge: 'sent' | 'not_sent'): void {
    this.charge = charge;
    if (this.held && charge === 'not_sent') this.accept(this.held);
    this.held = undefined;
  }

  /** Stops the sale now, or as soon as it is known that the charge was not sent. */
  request(stop: Stop): void {
    if (this.charge === 'may_follow') this.held ??= stop;
    else this.accept(stop);
  }

  /** Whether the sale is stopped, as soon as that is known. */
  async isAccepted(): Promise<boolean> {
    if (this.charge === 'may_follow') await condition(() => this.charge !== 'may_follow');
    return this.accepted !== undefined;
  }

  /** The accepted stop, where this step gives way to it. */
  forStep(step: PurchaseStep): Stop | undefined {
    return this.stops(step) ? this.accepted : undefined;
  }

  /** Steps that undo or notify go on regardless; a charge is stopped only by a decision that was checked with MobiFone. */
  stops(step: PurchaseStep): boolean {
    return (step === 'check' || step === 'register') && this.charge !== 'sent';
  }

  private accept(stop: Stop): void {
    this.accepted = stop;
    this.interrupts.interruptWhere((step) => this.stops(step));
  }
}
