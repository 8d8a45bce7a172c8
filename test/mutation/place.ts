import { tokensOf, type Token } from './tokens';

/** Where a piece of code stands in a text, and what its identifiers are called there. */
export interface Place {
  from: number;
  to: number;
  /** By the name in the piece that was looked for. */
  names: ReadonlyMap<string, string>;
}

/**
 * Finds a piece of code in a text: by its tokens, else by its shape, in which every identifier may have another name
 * throughout. A formatter and a renaming leave it where it is.
 * @throws Error when it is not there, or at several places
 */
export function placeOf(piece: string, text: string): Place {
  const wanted = tokensOf(piece);
  const tokens = tokensOf(text);
  const exact = placesOf(wanted, tokens, isSame);
  const places = exact.length > 0 ? exact : placesOf(wanted, tokens, mayBeRenamed);
  const [place, ...more] = places;
  if (!place || more.length > 0) throw new Error(`found ${places.length} times, not once: ${piece}`);
  return place;
}

type Compare = (wanted: Token, found: Token, names: Map<string, string>) => boolean;

const isSame: Compare = (wanted, found) => wanted.text === found.text;

const mayBeRenamed: Compare = (wanted, found, names) => {
  if (wanted.kind !== found.kind) return false;
  if (wanted.kind !== 'IdentifierName' || KEYWORDS.has(wanted.text)) return wanted.text === found.text;
  const known = names.get(wanted.text);
  if (known === undefined && [...names.values()].includes(found.text)) return false;
  names.set(wanted.text, found.text);
  return known === undefined ? !KEYWORDS.has(found.text) : known === found.text;
};

function placesOf(wanted: readonly Token[], tokens: readonly Token[], compare: Compare): Place[] {
  return tokens.flatMap((first, at) => {
    const found = tokens.slice(at, at + wanted.length);
    const names = new Map<string, string>();
    const last = found.at(-1);
    const isHere =
      last !== undefined &&
      found.length === wanted.length &&
      wanted.every((token, index) => {
        const other = found[index];
        return other !== undefined && compare(token, other, names);
      });
    return isHere ? [{ from: first.from, to: last.to, names }] : [];
  });
}

/** The words of the language that a piece of our code has; they are never renamed. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'async await break case catch class const continue default delete do else false finally for function if import in ' +
    'instanceof let new null of return static super switch this throw true try typeof undefined void while yield'
  ).split(' '),
);
