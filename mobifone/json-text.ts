import { duplicateKey } from '../runtime/duplicate-keys';

/** The value of a JSON text; `undefined` when it is not JSON, or says one thing twice: it is not known which is meant. */
export function parseJson(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return duplicateKey(text) === undefined ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The fields of a JSON text, none when it is JSON of another kind; `undefined` as for `parseJson`. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  if (value === undefined) return undefined;
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
