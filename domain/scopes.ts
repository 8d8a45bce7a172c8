/** What a channel's key may be for. */
export const SCOPES = ['submit', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** What keys in older registries may have as well; it never opened anything. */
export const FORMER_SCOPES = ['ops'] as const;
export type StoredScope = Scope | (typeof FORMER_SCOPES)[number];

/** What a key may do that nothing was said of. */
export const DEFAULT_SCOPES: readonly Scope[] = ['submit', 'read'];

/** Whether a key's scope means something. */
export function isScope(scope: StoredScope): scope is Scope {
  return SCOPES.some((known) => known === scope);
}
