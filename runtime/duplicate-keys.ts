/** Strings, and what gives a JSON text its structure; numbers, words and white space are between. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs;

type Level =
  { kind: 'object'; keys: Set<string>; key: string | undefined } | { kind: 'array'; index: number };

/**
 * The first key that an object of a JSON text has twice. Parsers take one of the two, and not all of them the same one.
 * @param json a text that `JSON.parse` accepts
 * @returns the path to the key; undefined if there is none
 */
export function duplicateKey(json: string): (string | number)[] | undefined {
  const levels: Level[] = [];
  for (const [token] of json.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ kind: 'object', keys: new Set(), key: undefined });
    else if (token === '[') levels.push({ kind: 'array', index: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') goOn(level);
    else if (level?.kind === 'object' && level.key === undefined) {
      level.key = JSON.parse(token) as string; // a JSON string; an escape may spell the same key in another way
      if (level.keys.has(level.key)) return pathOf(levels);
      level.keys.add(level.key);
    }
  }
  return undefined;
}

function goOn(level: Level | undefined): void {
  if (level?.kind === 'object') level.key = undefined;
  else if (level) level.index += 1;
}

function pathOf(levels: readonly Level[]): (string | number)[] {
  return levels.map((level) => (level.kind === 'object' ? (level.key ?? '') : level.index));
}
