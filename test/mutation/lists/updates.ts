import { mutationsOf } from '../mutation';

/** Faults in what people may do to a running purchase. */
export const updateMutations = [
  ...mutationsOf('domain/purchase/purchase.ts', 'test/workflows/cancellation.test.ts', [
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
  ]),
  ...mutationsOf('workflows/purchase/updates.ts', 'test/workflows/cancellation.test.ts', [
    {
      name: 'a cancellation in the Web UI is ignored',
      find: 'if (this.mayCancel()) this.saleStop.request(',
      replace: 'if (false) this.saleStop.request(',
      invariant: 'A cancellation before the charge is honoured',
    },
    {
      name: 'a cancellation in the Web UI is never too late',
      find: 'if (this.mayCancel()) this.saleStop.request(',
      replace: 'this.saleStop.request(',
      invariant: 'A prepaid registration takes the money: too late to cancel',
    },
    {
      name: 'the second who cancels is refused',
      find: "if (this.saleStop.accepted?.outcome === 'cancelled') return;",
      replace: '',
      invariant: 'To cancel twice gets the same answer',
    },
    {
      name: 'a registration whose charge was sent can be cancelled',
      find: 'if (this.saleStop.chargeSent) return false;',
      replace: '',
      invariant: 'A charge that was sent can no longer be cancelled',
    },
    {
      name: 'who waits for the outcome is answered without it',
      find: 'await condition(() => this.isClosed || this.record.purchase.outcome !== null);',
      replace: '',
      invariant: 'Waiting for the outcome gives the outcome',
    },
    {
      name: 'who waits for the outcome keeps a run from ending',
      find: 'await condition(() => this.isClosed || this.record.purchase.outcome !== null);',
      replace: 'await condition(() => this.record.purchase.outcome !== null);',
      invariant: 'I15: a long wait continues as new',
    },
    {
      name: 'who waits for an event keeps a run from ending',
      find: 'await condition(() => this.isClosed || this.record.purchase.events.length > after);',
      replace: 'await condition(() => this.record.purchase.events.length > after);',
      invariant: 'I15: a long wait continues as new',
    },
  ]),
  ...mutationsOf('workflows/purchase/sale-stop.ts', 'test/workflows/cancellation.test.ts', [
    {
      name: 'a wish to end the sale waits for MobiFone’s answer',
      find: 'this.interrupts.interruptWhere((step) => this.stops(step));',
      replace: '',
      invariant: 'A cancellation in an outage ends the sale at once',
    },
    {
      name: 'a charge yields to a wish without asking MobiFone',
      find: "(step === 'check' || step === 'register') && this.charge !== 'sent'",
      replace: "(step === 'check' || step === 'register' || step === 'charge') && this.charge !== 'sent'",
      invariant: 'I2: never charged and rolled back by mistake',
    },
    {
      name: 'a registration does not yield to a wish',
      find: "(step === 'check' || step === 'register') && this.charge !== 'sent'",
      replace: "step === 'check' && this.charge !== 'sent'",
      invariant: 'A cancellation in an outage ends the sale at once',
    },
    {
      name: 'a wish to stop does not wait for the charge that may follow',
      find: "if (this.charge === 'may_follow') this.held ??= stop;\n    else this.accept(stop);",
      replace: 'this.accept(stop);',
      invariant: 'I2: never charged and rolled back by mistake',
    },
    {
      name: 'a wish that came during the first try is forgotten',
      find: "if (this.held && charge === 'not_sent') this.accept(this.held);",
      replace: '',
      invariant: 'A cancellation before the charge is honoured',
    },
    {
      name: 'a wish that came during the first try is heard after the charge',
      find: "if (this.held && charge === 'not_sent') this.accept(this.held);",
      replace: 'if (this.held) this.accept(this.held);',
      invariant: 'I2: never charged and rolled back by mistake',
    },
    {
      name: 'a cancellation is answered before it is known whether it came in time',
      find: "if (this.charge === 'may_follow') await condition(() => this.charge !== 'may_follow');",
      replace: '',
      invariant: 'A channel is told the truth about its cancellation',
    },
  ]),
  ...mutationsOf('workflows/purchase/decisions.ts', 'test/workflows/cancellation.test.ts', [
    {
      name: 'every decision is open at every step',
      find: 'decisionsAt(step).includes(decision) &&',
      replace: 'decision.length > 0 &&',
      invariant: 'All but what the table of decisions allows would break an invariant',
    },
    {
      name: 'a decision waits for the round to end',
      find: 'for (const { step } of made) this.interrupts.interrupt(step);',
      replace: '',
      invariant: 'An operator need not wait for the pause to end',
    },
    {
      name: 'a registration whose charge was sent can be given up',
      find: "!(decision === 'give_up' && step !== 'charge' && this.saleStop.chargeSent)",
      replace: 'true',
      invariant: 'I2: never charged and rolled back by mistake',
    },
    {
      name: 'a decision is answered before it was weighed',
      find: 'await condition(() => made.every((pending) => pending.result !== undefined));',
      replace: '',
      invariant: 'A fact that MobiFone states outranks any decision, and the operator is told',
    },
  ]),
  ...mutationsOf('workflows/purchase/step-runner.ts', 'test/workflows/cancellation.test.ts', [
    {
      name: 'a decision that waits for another is forgotten',
      find: 'Boolean(decisions.pendingFor(step) ?? saleStop.forStep(step))',
      replace: 'Boolean(saleStop.forStep(step))',
      invariant: 'Every update is answered',
    },
  ]),
];
