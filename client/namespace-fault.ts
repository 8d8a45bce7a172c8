import { attributesByHand } from './prepare-namespace';

/** Why purchases cannot go on in a namespace, though Temporal answers. */
export type NamespaceFault =
  /** Temporal starts nothing new in it, and takes no way back. */
  | { kind: 'namespace_closed'; state: 'deprecated' | 'deleted' }
  /** Temporal refuses each step of a purchase that writes one of them. */
  | { kind: 'attributes_missing'; names: readonly string[] }
  /** Nothing from before is found by them: their names mean other columns of the index now. */
  | { kind: 'attributes_moved'; names: readonly string[] };

/** In words of operators. */
export function faultInWords(fault: NamespaceFault): string {
  switch (fault.kind) {
    case 'namespace_closed':
      return `it is ${fault.state}, and Temporal starts nothing new in it`;
    case 'attributes_missing':
      return `search attributes are missing: ${fault.names.join(', ')}. Register them by \`${attributesByHand(fault.names)}\``;
    case 'attributes_moved':
      return `search attributes do not find what was stored before: ${fault.names.join(', ')}. Their names mean other columns than they did: set \`customSearchAttributeAliases\` of the namespace back`;
  }
}
