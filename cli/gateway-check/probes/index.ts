import { PROBE_IDS, type Probe, type ProbeId } from '../probe';
import { CHECK, SMS } from './check-and-sms';
import { CODE_TABLE } from './code-table';
import { CUT_COMMANDS } from './cut-commands';
import { EXECUTED_ONCE } from './executed-once';
import { INQUIRY_LAG } from './inquiry-lag';
import { INQUIRY_TELLS } from './inquiry-tells';
import { LIMITS } from './limits';
import { REFUSALS_STICK } from './refusals-stick';
import { ROLLBACK_AGAIN, ROLLBACK_VOIDS } from './rollbacks';
import { TOKEN } from './token';

const BY_ID: { readonly [I in ProbeId]: Probe } = {
  token: TOKEN,
  check: CHECK,
  P1: EXECUTED_ONCE,
  P2: REFUSALS_STICK,
  P3: INQUIRY_LAG,
  P4: CUT_COMMANDS,
  P5: ROLLBACK_VOIDS,
  P6: ROLLBACK_AGAIN,
  P7: INQUIRY_TELLS,
  sms: SMS,
  limits: LIMITS,
  codes: CODE_TABLE,
};

/** Every probe, in the order in which they are run. */
export const PROBES: readonly Probe[] = PROBE_IDS.map((id) => BY_ID[id]);
