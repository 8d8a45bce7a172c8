import { openApiDocument } from '../../api/docs/openapi';

type Document = ReturnType<typeof openApiDocument>;

/** A reference to anything but a schema. */
const SHARED = /^#\/components\/(responses|headers|examples|links|parameters)\/(.+)$/;

/**
 * The OpenAPI document with its shared parts where they are referred to; schemas stay references, and answers have no
 * fields but those that are described, which clients are not told (`api/docs/open-answers.ts`).
 */
export function wholeDocument(): Document {
  const document = openApiDocument();
  const components = document.components as Record<string, Record<string, unknown>>; // of the same document
  const inPlace = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(inPlace);
    if (typeof part !== 'object' || part === null) return part;
    const [, kind = '', name = ''] = SHARED.exec(String((part as { $ref?: unknown }).$ref)) ?? [];
    const shared = components[kind]?.[name];
    if (shared !== undefined) return inPlace(shared);
    const whole = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, inPlace(value)]));
    const isObject = 'type' in part && part.type === 'object' && 'properties' in part;
    return isObject && !('additionalProperties' in part) ? { ...whole, additionalProperties: false } : whole;
  };
  return inPlace(document) as Document; // the same shape
}
