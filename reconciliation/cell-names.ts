/** 1 is A, 27 is AA. */
export function lettersOf(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? lettersOf(rest) : '') + String.fromCharCode(65 + ((column - 1) % 26));
}

/** The place that a cell's name says, such as `AB12`; NaN for what is no row. */
export function placeOf(reference: string): [column: number, row: number] {
  const [, letters = '', digits = ''] = /^([A-Z]{1,3})(\d{1,8})$/.exec(reference) ?? [];
  const column = letters.split('').reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return [column, wholeNumber(digits)];
}

/** NaN for anything else. */
export function wholeNumber(text: string): number {
  return /^\d{1,8}$/.test(text) ? Number(text) : NaN;
}
