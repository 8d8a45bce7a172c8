import jsTokens from 'js-tokens';

/** A token of source text and where it stands. */
export interface Token {
  text: string;
  kind: string;
  /** Offset of its first character. */
  from: number;
  /** Offset after its last character. */
  to: number;
}

const SPACE = new Set(['WhiteSpace', 'LineTerminatorSequence', 'SingleLineComment', 'MultiLineComment']);

/** The tokens of a text without spaces and comments. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const { type, value } of jsTokens(text)) {
    if (!SPACE.has(type)) tokens.push({ text: value, kind: type, from: at, to: at + value.length });
    at += value.length;
  }
  return tokens;
}
