import { createHash } from 'node:crypto';

/** Length of the hash that detects a damaged cursor or one of another list. */
const SEAL_LENGTH = 22;

/**
 * A cursor from Temporal's page token, sealed with the query of the list, because Temporal would accept the token for
 * any other list as well.
 */
export function sealCursor(query: string, token: Uint8Array): string {
  const place = Buffer.from(token).toString('base64');
  return Buffer.from(JSON.stringify({ place, seal: sealOf(query, place) })).toString('base64url');
}

/** The page token of a cursor; undefined if the cursor is damaged or of another list. */
export function openCursor(query: string, cursor: string): Buffer | undefined {
  const { place, seal } = membersOf(Buffer.from(cursor, 'base64url').toString());
  if (typeof place !== 'string' || seal !== sealOf(query, place)) return undefined;
  return Buffer.from(place, 'base64');
}

function sealOf(query: string, place: string): string {
  const digest = createHash('sha256').update(JSON.stringify([query, place]));
  return digest.digest('base64url').slice(0, SEAL_LENGTH);
}

function membersOf(text: string): { place?: unknown; seal?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
