import { attributesByHand } from './prepare-namespace';

/** Why purchases cannot go on in a namespace, though Temporal answers. */
export type NamespaceFault =
  /** Temporal starts nothing new in it, and takes no way back. */
  | { kind: 'namespace_closed'; state: 'deprecated' | 'deleted' }
  /** Temporal refuses each step of a purchase that writes one of them. */
  | { kind: 'attributes_missing'; names: readonly string[] };

/** In words of operators. */
export function faultInWords(fault: NamespaceFault): string {
  return fault.kind === 'namespace_closed'
    ? `it is ${fault.state}, and Temporal starts nothing new in it`
    : `search attributes are missing: ${fault.names.join(', ')}. Register them by \`${attributesByHand(fault.names)}\``;
}
