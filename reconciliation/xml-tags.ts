/** A tag as it stands in a text. */
export interface Tag {
  /** Of its namespace; empty where it has none. */
  prefix: string;
  /** Without its namespace's prefix. */
  name: string;
  isEnd: boolean;
  /** `<c/>` */
  isEmpty: boolean;
  /** By their names without prefixes. */
  attributes: Readonly<Record<string, string>>;
  /** The namespaces that it declares, by their prefixes. */
  namespaces: Readonly<Record<string, string>>;
  /** Where its name ends in the text. */
  nameEnd: number;
}

/** A quotation mark that is not closed ends at the next `<`, so that no text takes longer than it is long. */
const TAG = /<(\/?)(?:([\w.-]+):)?([\w.-]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>|<!--|<!\[CDATA\[/g;
const ATTRIBUTE = /(?:([\w.-]+):)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The tags of an XML text, in their order. It finds places; whether the text is well-formed is for whoever reads it.
 * @param only the names that are wanted; all unless given
 */
export function* tagsOf(xml: string, only?: ReadonlySet<string>): Generator<Tag> {
  const search = new RegExp(TAG);
  for (let found = search.exec(xml); found; found = search.exec(xml)) {
    const [whole, slash, prefix = '', name, inner = ''] = found;
    if (name === undefined) {
      const end = xml.indexOf(whole === '<!--' ? '-->' : ']]>', search.lastIndex);
      if (end < 0) return;
      search.lastIndex = end;
    } else if (!only || only.has(name)) {
      const isEmpty = inner.endsWith('/');
      const nameEnd = search.lastIndex - 1 - inner.length;
      yield { prefix, name, isEnd: slash === '/', isEmpty, ...attributesOf(inner), nameEnd };
    }
  }
}

function attributesOf(inner: string): Pick<Tag, 'attributes' | 'namespaces'> {
  const attributes: Record<string, string> = {};
  const namespaces: Record<string, string> = {};
  for (const [, prefix, name = '', double, single] of inner.matchAll(ATTRIBUTE)) {
    const value = decoded(double ?? single ?? '');
    if (prefix === 'xmlns') namespaces[name] = value;
    else if (prefix === undefined && name === 'xmlns') namespaces[''] = value;
    else attributes[name] = value;
  }
  return { attributes, namespaces };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, dec, hex, name) => {
      if (typeof name === 'string') return ENTITIES[name] ?? whole;
      const code = typeof dec === 'string' ? Number(dec) : Number.parseInt(String(hex), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
