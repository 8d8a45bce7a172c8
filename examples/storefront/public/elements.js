/** Returns the element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Creates an element. Strings are added as text, never as markup.
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
