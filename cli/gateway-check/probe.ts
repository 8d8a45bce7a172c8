import type { GatewayVerdict, InquiryVerdict } from '../../domain/gateway-verdict';
import type { Credentials } from '../../mobifone/dialect';
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

/** `measured`: there are figures, and they prove nothing. */
export type Result = 'holds' | 'does_not_hold' | 'measured' | 'not_probed';

/** What one probe found out. */
export interface Finding {
  id: string;
  title: string;
  result: Result;
  /** What was seen, a sentence each. */
  because: readonly string[];
}

/** Something that a probe needs first did not come about; the message says what. */
export class NotProbed extends Error {
  override readonly name = 'NotProbed';
}

/** What a probe saw, until it is weighed: one sight against a promise outweighs all for it. */
export class Evidence {
  private readonly seen: { weight: 'for' | 'against' | 'none'; words: string }[] = [];

  for(words: string): void {
    this.seen.push({ weight: 'for', words });
  }

  against(words: string): void {
    this.seen.push({ weight: 'against', words });
  }

  /** Worth saying, and no proof of anything. */
  note(words: string): void {
    this.seen.push({ weight: 'none', words });
  }

  /** Weighs an answer by what was expected; silence and a busy gateway prove nothing. */
  weigh(what: string, { verdict }: Pick<CommandAnswer, 'verdict'>, isAsPromised: boolean): void {
    const words = `${what}: ${inWords(verdict)}.`;
    if (isAsPromised) this.for(words);
    else if (verdict.kind === 'unknown' || verdict.kind === 'retry_later') this.note(words);
    else this.against(words);
  }

  get result(): Result {
    const has = (weight: 'for' | 'against') => this.seen.some((sight) => sight.weight === weight);
    if (has('against')) return 'does_not_hold';
    return has('for') ? 'holds' : 'not_probed';
  }

  /** What was seen, with what speaks against the promise first. */
  get because(): string[] {
    const against = this.seen.filter(({ weight }) => weight === 'against');
    const others = this.seen.filter(({ weight }) => weight !== 'against');
    return [...against, ...others].map(({ words }) => words);
  }
}

export function inWords(verdict: GatewayVerdict | InquiryVerdict): string {
  switch (verdict.kind) {
    case 'done':
      return 'done';
    case 'refused':
      return `refused (${verdict.refusal})`;
    case 'rolled_back':
      return 'rolled back';
    case 'never_received':
      return 'not found';
    case 'processing':
      return 'still processing';
    case 'retry_later':
    case 'unknown':
    case 'broken_contract':
      return verdict.detail;
  }
}
