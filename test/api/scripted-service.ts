import { TemporalUnavailable } from '../../client/purchases';
import type { CurrentService, ServiceState } from '../../client/service-state';

/** The state of the service as data. */
export class ScriptedService implements CurrentService {
  unavailable = false;
  state: ServiceState = { takesOrders: true, mobifone: 'available' };

  async now(): Promise<ServiceState> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    return this.state;
  }
}
