/** A part of the document: an object of JSON. */
type Part = Record<string, unknown>;

interface Document {
  paths?: object;
  components?: { schemas?: object };
}

const SCHEMA = '#/components/schemas/';

/**
 * Lets answers and notices have fields that the document does not name, as the deprecation policy says they may get:
 * generators make clients of closed objects that refuse such an answer whole. Requests stay closed, as they are read.
 */
export function openAnswers({ paths = {}, components: { schemas = {} } = {} }: Document): void {
  const all = schemas as Record<string, Part>; // JSON
  const sent = new Set<string>();
  const operations = Object.values(paths).flatMap((path) => Object.values(path as Part) as Part[]);
  for (const { requestBody } of operations) addReferred(requestBody, all, sent);
  for (const [name, schema] of Object.entries(all)) if (!sent.has(name)) eachObject(schema, open);
}

function open(part: Part): void {
  if (part['properties'] && part['additionalProperties'] === false) delete part['additionalProperties'];
}

/** The names of the schemas that a part refers to, and those refer to in turn. */
function addReferred(part: unknown, schemas: Readonly<Record<string, Part>>, names: Set<string>): void {
  eachObject(part, ({ $ref }) => {
    const name = typeof $ref === 'string' && $ref.startsWith(SCHEMA) ? $ref.slice(SCHEMA.length) : undefined;
    if (name === undefined || names.has(name)) return;
    names.add(name);
    addReferred(schemas[name], schemas, names);
  });
}

function eachObject(part: unknown, visit: (part: Part) => void): void {
  if (typeof part !== 'object' || part === null) return;
  if (!Array.isArray(part)) visit(part as Part); // JSON
  for (const within of Object.values(part)) eachObject(within, visit);
}
