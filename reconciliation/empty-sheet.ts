import { tagsOf, XmlFault } from './xml-tags';

/** What has a text that is seen, and what is seen without one. */
const TEXTS: ReadonlySet<string> = new Set(['v', 't']);
const OTHERS: ReadonlySet<string> = new Set([
  'f',
  'drawing',
  'legacyDrawing',
  'picture',
  'oleObjects',
  'controls',
]);

/** Whether nothing can be seen on a sheet; one that cannot be read may have anything. */
export function isEmptySheet(xml: string): boolean {
  try {
    for (const tag of tagsOf(xml))
      if (OTHERS.has(tag.name) || (TEXTS.has(tag.name) && !tag.isEnd && tag.text.trim() !== '')) return false;
    return true;
  } catch (fault) {
    if (fault instanceof XmlFault) return false;
    throw fault;
  }
}
