import { htmlText } from '../domain/harmless-text';

/** Markup that is safe to send: made by `html`, which escapes all that is put into it. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may be put into a page; nothing is written for null, undefined and false. */
export type Piece = Html | string | number | null | undefined | false | readonly Piece[];

/** Makes markup of a template; every text in it is escaped, so that no text from outside is markup. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.map((text, at) => text + written(pieces[at])).join(''));
}

function written(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'string') return htmlText(piece);
  if (typeof piece === 'number') return String(piece);
  return piece.map(written).join('');
}
