import { createHash } from 'node:crypto';

/** As much of a hash as tells a torn cursor, or one of another list, from a good one. */
const SEAL_LENGTH = 22;

/**
 * Temporal's place in a list, for the channel to hand back. It is sealed with the list's query, since Temporal would
 * go on at that place of any other list as well.
 */
export function sealCursor(query: string, token: Uint8Array): string {
  const place = Buffer.from(token).toString('base64');
  return Buffer.from(JSON.stringify({ place, seal: sealOf(query, place) })).toString('base64url');
}

/** Temporal's place again; nothing when the cursor is torn or of another list. */
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
