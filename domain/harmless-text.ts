/**
 * What a display obeys or hides instead of showing it: control characters (C0, C1, DEL), bidirectional controls,
 * zero-width and other ignorable characters, line and paragraph separators, and halves of surrogate pairs.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Whether a reader sees nothing of a text: neither a name nor a reason. The blank of Braille is drawn as one. */
export function isBlank(text: string): boolean {
  return withoutUnseen(text).replace(/[\s\u2800]/gu, '') === '';
}

/** A text as it looks: two that differ by what is left out here look the same. Line breaks are left out as well. */
export function withoutUnseen(text: string): string {
  return text.replace(UNSEEN, '');
}

/**
 * A text from outside, for one line of a terminal: whatever is in it is shown, and nothing of it is obeyed. A line break
 * would begin a line that looks like one of ours; an escape sequence may write to the clipboard.
 * @example visibleText('a\nb') // a\u000ab
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, escapeOf);
}

/** The same for several lines of ours, such as a list of faults. Line breaks stay: what they quote is made visible before. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}

/**
 * JSON with the same characters escaped, of which JSON itself escapes some only: it says the same, and a terminal that
 * shows it obeys nothing. Line breaks between the members stay.
 */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (unseen) => (unseen === '\n' ? unseen : jsonEscapeOf(unseen)));
}

/** A text from outside in HTML, within an element or a quoted attribute. */
export function htmlText(text: string): string {
  return visibleText(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * A text from outside in the Markdown of Temporal's Web UI: a code span, in which nothing is a link, an image, a heading
 * or a line of its own.
 */
export function markdownText(text: string): string {
  const shown = visibleText(text).replaceAll('|', '¦'); // which would end a table's cell within a code span as well
  if (isBlank(shown)) return '` `';
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** Begins a formula: in a cell, and after what a spreadsheet of another country takes for the end of a cell. */
const FORMULA = /(^|[;|])(\s*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])(?!\s*[+-]?\d+(?:\.\d+)?\s*(?:[;|]|$))/g;

/** A text from outside in a cell of a CSV file that people open with a spreadsheet, which would run a formula. Numbers stay. */
export function spreadsheetText(text: string): string {
  return visibleText(text).replace(FORMULA, "$1$2'");
}

function escapeOf(unseen: string): string {
  const code = (unseen.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** JSON knows 16 bits at a time. */
function jsonEscapeOf(unseen: string): string {
  return Array.from({ length: unseen.length }, (_, at) => {
    return `\\u${unseen.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
