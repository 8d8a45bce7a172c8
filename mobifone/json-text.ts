/** The value of a JSON text; `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The fields of a JSON text, none when it is JSON of another kind; `undefined` when it is not JSON. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  if (value === undefined) return undefined;
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
