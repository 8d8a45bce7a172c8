/** What a channel's key may be for. */
export const SCOPES = ['submit', 'read', 'ops'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a key may do that nothing was said of: all of selling, nothing of running. */
export const DEFAULT_SCOPES: readonly Scope[] = ['submit', 'read'];
