import { mutationsOf } from '../mutation';

/** Faults in what people may do to a running purchase. */
export const interventionMutations = mutationsOf(
  'workflows/interventions.ts',
  'test/workflows/cancellation.test.ts',
  [
    {
      name: 'cancel accepted after the charge was sent',
      find: "return state === 'registering' && order.paymentForm === 'postpaid';",
      replace:
        "return (state === 'registering' || state === 'charging') && order.paymentForm === 'postpaid';",
      invariant: 'A charge that was sent can no longer be cancelled',
    },
    {
      name: 'cancel accepted during a prepaid registration',
      find: "return state === 'registering' && order.paymentForm === 'postpaid';",
      replace: "return state === 'registering';",
      invariant: 'A prepaid registration takes the money: too late to cancel',
    },
    {
      name: 'cancel refused during a postpaid registration',
      find: "return state === 'registering' && order.paymentForm === 'postpaid';",
      replace: 'return false;',
      invariant: 'A cancellation before the charge is honoured',
    },
    {
      name: 'a cancellation in the Web UI is ignored',
      find: 'if (this.mayCancel()) this.stopSale(',
      replace: 'if (false) this.stopSale(',
      invariant: 'A cancellation before the charge is honoured',
    },
    {
      name: 'a cancellation in the Web UI is never too late',
      find: 'if (this.mayCancel()) this.stopSale(',
      replace: 'this.stopSale(',
      invariant: 'A prepaid registration takes the money: too late to cancel',
    },
    {
      name: 'the second who cancels is refused',
      find: "if (this.stop?.outcome === 'cancelled') return;",
      replace: '',
      invariant: 'To cancel twice gets the same answer',
    },
    {
      name: 'a cancellation needs no reason',
      find: 'private validateCancel(request: CancelRequest): void {\n    requirePerson(request);',
      replace: 'private validateCancel(request: CancelRequest): void {',
      invariant: 'Who and why stay in the history',
    },
    {
      name: 'a decision needs no reason',
      find: 'private validateDecision(request: DecisionRequest): void {\n    requirePerson(request);',
      replace: 'private validateDecision(request: DecisionRequest): void {',
      invariant: 'Who and why stay in the history',
    },
    {
      name: 'every decision is open at every step',
      find: 'filter((step) => decisionsAt(step).includes(decision));',
      replace: 'filter(() => decision.length > 0);',
      invariant: 'All but what the table of decisions allows would break an invariant',
    },
    {
      name: 'a decision waits for the round to end',
      find: 'for (const { step } of made) this.running.get(step)?.();',
      replace: '',
      invariant: 'An operator need not wait for the pause to end',
    },
    {
      name: 'a decision that waits for another is forgotten',
      find: 'if (this.decisionFor(step) || this.stopFor(step)) throw',
      replace: 'if (this.stopFor(step)) throw',
      invariant: 'Every update is answered',
    },
    {
      name: 'a wish to end the sale waits for MobiFone’s answer',
      find: 'for (const [step, interrupt] of this.running) if (yieldsToStop(step)) interrupt();',
      replace: '',
      invariant: 'A cancellation in an outage ends the sale at once',
    },
    {
      name: 'a charge yields to a wish without asking MobiFone',
      find: "return step === 'check' || step === 'register';",
      replace: "return step === 'check' || step === 'register' || step === 'charge';",
      invariant: 'I2: never charged and rolled back by mistake',
    },
    {
      name: 'a registration does not yield to a wish',
      find: "return step === 'check' || step === 'register';",
      replace: "return step === 'check';",
      invariant: 'A cancellation in an outage ends the sale at once',
    },
    {
      name: 'who waits for the outcome is answered without it',
      find: 'await condition(() => this.record.purchase.outcome !== null);',
      replace: '',
      invariant: 'Waiting for the outcome gives the outcome',
    },
    {
      name: 'a decision is answered before it was weighed',
      find: 'await condition(() => made.every((pending) => pending.result !== undefined));',
      replace: '',
      invariant: 'A fact that MobiFone states outranks any decision, and the operator is told',
    },
  ],
);
