import type { GatewayVerdict, InquiryVerdict } from '../../domain/gateway-verdict';
import type { CommandAnswer } from './line';

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
