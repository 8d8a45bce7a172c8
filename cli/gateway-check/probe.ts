import type { Credentials } from '../../mobifone/dialect';
import type { InquiryVerdict } from '../../domain/gateway-verdict';
import type { Finding } from './findings';
import { NotProbed, inWords } from './findings';
import type { InquiryLag } from './inquiry-lag';
import type { CommandAnswer, Line } from './line';
import type { Terms, TrialSale, TrialSales } from './trial-sales';

/** In the order in which they are run: what the later ones rely on is probed first. */
export const PROBE_IDS = [
  'token',
  'check',
  'P3',
  'P7',
  'P1',
  'P2',
  'P5',
  'P6',
  'P4',
  'sms',
  'limits',
  'codes',
] as const;
export type ProbeId = (typeof PROBE_IDS)[number];

/** What a probe sends at most, whatever the gateway does. */
export interface Cost {
  registrations?: number;
  charges?: number;
  messages?: number;
  /** Requests of which MobiFone may take offence, in words. */
  other?: string;
}

export interface ProbeContext {
  line: Line;
  sales: TrialSales;
  lag: InquiryLag;
  terms: Terms;
  credentials: Credentials;
  /** What was seen that more than one probe needs. */
  seen: {
    /** What the inquiry said of an id that was never sent. */
    neverSent?: InquiryVerdict;
    /** How long after a cut connection its command was found to have landed, milliseconds. */
    landingsMs: number[];
  };
}

/** One question to the gateway. */
export interface Probe {
  id: ProbeId;
  title: string;
  cost: (terms: Terms) => Cost;
  run: (context: ProbeContext) => Promise<Pick<Finding, 'result' | 'because'>>;
  /** What all probes together say, where more than this one's own requests count. */
  review?: (context: ProbeContext) => Pick<Finding, 'result' | 'because'>;
}

/**
 * A sale that is registered, as most probes begin.
 * @throws NotProbed
 */
export async function registered({
  sales,
}: ProbeContext): Promise<{ sale: TrialSale; since: CommandAnswer }> {
  const sale = sales.open();
  const since = await sales.register(sale);
  if (since.verdict.kind === 'done') return { sale, since };
  throw new NotProbed(`A registration was needed and not made: ${inWords(since.verdict)}.`);
}

/** Times as people read them. */
export function spelledMs(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
