const memory = new Map(); // where the browser stores nothing

/**
 * @param {'localStorage' | 'sessionStorage'} storage
 * @returns what was written, or null
 */
export function read(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return memory.get(key) ?? null;
  }
}

/**
 * A list that this page wrote; what is there in another form, by another version or by hand, is left out.
 * @param {(entry: any) => boolean} isOurs
 */
export function readList(storage, key, isOurs) {
  const list = read(storage, key);
  return Array.isArray(list)
    ? list.filter((entry) => typeof entry === 'object' && entry !== null && isOurs(entry))
    : [];
}

/** @param texts what each must be a text; `at` must be a moment */
export const hasTexts = (entry, ...texts) =>
  texts.every((name) => typeof entry[name] === 'string') && !Number.isNaN(Date.parse(entry.at));

export function write(storage, key, value) {
  memory.set(key, value);
  try {
    window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // without storage it is kept until the page closes
  }
}
