/** A schema of the document: an object of JSON. */
type Schema = Record<string, unknown>;

/** Bytes that sharing must save to be worth another name. */
const MIN_SAVING = 30;
/** Of a reference, about. */
const REFERENCE_LENGTH = 50;
/** Names by the first property that has the schema, where its own name would be wrong elsewhere. */
const NAMES: Readonly<Record<string, string>> = { timestamp: 'Moment' };

/**
 * Moves the values and objects that several schemas repeat to the letter into `components`, where generators of
 * clients make one type of each.
 */
export function shareSchemas(schemas: Record<string, Schema>): void {
  const places = new Map<string, { owner: string; name: string; count: number }>();
  for (const [owner, schema] of Object.entries(schemas)) {
    eachProperty(schema, (property, part) => {
      const written = JSON.stringify(part);
      if (!isShareable(part)) return part;
      const own = `${property === 'type' || Object.hasOwn(schemas, capitalised(property)) ? owner : ''}${capitalised(property)}`;
      const known = places.get(written) ?? { owner, name: NAMES[property] ?? own, count: 0 };
      places.set(written, { ...known, count: known.count + 1 });
      return part;
    });
  }
  const shared = new Map<string, string>();
  for (const [written, { owner, name, count }] of places) {
    const saving = (count - 1) * written.length - count * REFERENCE_LENGTH;
    const isFree = (wanted: string) =>
      !Object.hasOwn(schemas, wanted) && ![...shared.values()].includes(wanted);
    const free = [name, owner + name].find(isFree);
    if (saving >= MIN_SAVING && free !== undefined) shared.set(written, free);
  }
  for (const schema of Object.values(schemas)) {
    eachProperty(schema, (_, part) => {
      const name = shared.get(JSON.stringify(part));
      return name === undefined ? part : { $ref: `#/components/schemas/${name}` };
    });
  }
  for (const [written, name] of shared) schemas[name] = JSON.parse(written) as Schema; // written above
}

/** A nullable one stays where it is: generators drop the null of a reference. */
function isShareable({ type }: Schema): boolean {
  return ['string', 'integer', 'object'].includes(String(type));
}

/** Replaces each property, of objects within it too. */
function eachProperty(schema: Schema, change: (name: string, part: Schema) => Schema): void {
  for (const [key, value] of Object.entries(schema)) {
    if (typeof value !== 'object' || value === null) continue;
    const parts = value as Record<string, Schema>; // JSON
    if (key === 'properties') {
      for (const [name, part] of Object.entries(parts)) parts[name] = change(name, part);
    }
    eachProperty(parts, change);
  }
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
