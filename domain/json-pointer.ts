/**
 * Where in a JSON document something is, as RFC 6901 writes it: `/channels/0/webhookUrl`; the whole is the empty text.
 * @param path the members and places from the outside inwards
 */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
