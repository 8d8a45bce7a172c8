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

export function write(storage, key, value) {
  memory.set(key, value);
  try {
    window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // without storage it is kept until the page closes
  }
}
