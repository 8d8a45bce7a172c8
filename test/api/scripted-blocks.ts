import type { CurrentBlocks } from '../../client/blocks';
import { TemporalUnavailable } from '../../client/purchases';
import type { Msisdn } from '../../domain/msisdn';

/** Blocks that are data. */
export class ScriptedBlocks implements CurrentBlocks {
  unavailable = false;
  readonly numbers = new Set<string>();

  async has(msisdn: Msisdn): Promise<boolean> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    return this.numbers.has(msisdn);
  }
}
