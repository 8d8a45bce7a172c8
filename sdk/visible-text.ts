/**
 * What a terminal obeys or hides instead of showing it: control characters, bidirectional controls, zero-width and other
 * ignorable characters, line and paragraph separators, and halves of surrogate pairs.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text of the other side for one line of a terminal: a line break in it would begin a line that looks like one of ours. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (unseen) => {
    const code = (unseen.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}
