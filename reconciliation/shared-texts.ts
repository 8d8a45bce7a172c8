import { MAIN, places, readPart, type Element, type Part, type PartReader } from './workbook-elements';
import type { Tag } from './xml-tags';

/** A text, whole or in pieces with a look of their own (ECMA-376 part 1, 18.4.8). How it is pronounced is not shown. */
export const TEXT: Element = {
  inside: places({
    t: { at: 0 },
    r: { at: 0, isRepeated: true, inside: places({ t: { at: 0 } }), unread: new Set(['rPr']) },
  }),
  unread: new Set(['rPh', 'phoneticPr']),
};

const SHARED_TEXTS: Part = {
  root: 'sst',
  namespaces: MAIN,
  hasOthers: true,
  inside: places({ si: { at: 0, isRepeated: true, ...TEXT } }),
  unread: new Set(['extLst']),
};

/** @throws SettlementFileFault that names the part */
export function sharedTexts(xml: string, path: string): readonly string[] {
  const reader = new SharedTexts(path);
  readPart(xml, SHARED_TEXTS, reader);
  return reader.texts;
}

class SharedTexts implements PartReader {
  readonly texts: string[] = [];
  private text = '';

  constructor(private readonly path: string) {}

  begin(tag: Tag): void {
    if (tag.name === 'si') this.text = '';
    else if (tag.name === 't') this.text += tag.text;
  }

  end(name: string): void {
    if (name === 'si') this.texts.push(unescaped(this.text));
  }

  where(): string {
    return `in its part ${this.path},`;
  }
}

/** Characters that XML does not have are written as `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([\da-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
