import type { Dialect } from '../dialect';
import { DATACODE_JSON } from './datacode-json';

/** The dialects that `MOBIFONE_DIALECT` may name. */
export const DIALECTS = {
  'datacode-json': DATACODE_JSON,
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;

export const DIALECT_NAMES = Object.keys(DIALECTS) as [DialectName, ...DialectName[]]; // keys of the literal above, non-empty
