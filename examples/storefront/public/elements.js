/** An element of the page by its id. */
export const byId = (id) => document.getElementById(id);

/**
 * A new element. Whatever comes from outside goes in as text, never as markup.
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
