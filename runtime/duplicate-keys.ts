/** Strings, and what gives a JSON text its structure; a string that does not end is one to the end of the text. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],]/gs;

type Level =
  { kind: 'object'; keys: Set<string>; key: string | undefined } | { kind: 'array'; index: number };

/** The strings and the structure of a JSON text, one after the other; numbers, words and white space are between. */
export function jsonTokens(json: string): IterableIterator<RegExpExecArray> {
  return json.matchAll(TOKEN);
}

/** A place in a JSON text that is read token by token. */
export class JsonPlace {
  private readonly levels: Level[] = [];

  /** Objects and lists that are open. */
  get depth(): number {
    return this.levels.length;
  }

  /** The members and places that lead here. */
  get path(): (string | number)[] {
    return this.levels.map((level) => (level.kind === 'object' ? (level.key ?? '') : level.index));
  }

  /**
   * Goes on to behind a token.
   * @returns whether it is a key that its object has already; parsers take one of the two, and not all of them the same
   * @throws SyntaxError for a key that is no JSON
   */
  isTwice(token: string): boolean {
    const level = this.levels.at(-1);
    if (token === '{') this.levels.push({ kind: 'object', keys: new Set(), key: undefined });
    else if (token === '[') this.levels.push({ kind: 'array', index: 0 });
    else if (token === '}' || token === ']') this.levels.pop();
    else if (token === ',') goOn(level);
    else if (level?.kind === 'object' && level.key === undefined) {
      level.key = JSON.parse(token) as string; // a JSON string; an escape may spell the same key in another way
      if (level.keys.has(level.key)) return true;
      level.keys.add(level.key);
    }
    return false;
  }
}

/**
 * The first key that an object of a JSON text has twice.
 * @param json a text that `JSON.parse` accepts
 * @returns the path to the key; undefined if there is none
 */
export function duplicateKey(json: string): (string | number)[] | undefined {
  const place = new JsonPlace();
  for (const [token] of jsonTokens(json)) if (place.isTwice(token)) return place.path;
  return undefined;
}

function goOn(level: Level | undefined): void {
  if (level?.kind === 'object') level.key = undefined;
  else if (level) level.index += 1;
}
