/**
 * What a table has under a name that comes from outside; undefined for what it has not. An object literal has more names
 * than it shows, such as `toString` and `__proto__`.
 */
export function ownEntry<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether a value from outside is one of a table's names. */
export function isNameIn<T extends object>(table: T, value: unknown): value is keyof T & string {
  return typeof value === 'string' && Object.hasOwn(table, value);
}
