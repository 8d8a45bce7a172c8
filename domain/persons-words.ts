import { withoutNumbers } from './telephone-numbers';

/** Every member in which a person says something in words of their own: who, why, how, a ticket, a comment, who takes care. */
const IN_OWN_WORDS = /^(?:by|why|how|reference|ticket|text|owner)$/;

/**
 * What a person did, without a subscriber's number in their words: they are kept and shown to all who may look, whichever way
 * they came. It is one rule for the commands, the desk, and what is typed into the Web UI.
 */
export function inPersonsWords<Act extends object>(act: Act): Act {
  const members = Object.entries(act).map(([name, value]: [string, unknown]) => [
    name,
    IN_OWN_WORDS.test(name) && typeof value === 'string' ? withoutNumbers(value) : value,
  ]);
  return Object.fromEntries(members) as Act; // the same members, and texts where there were texts
}

/**
 * Whether a ticket is kept as it was written. It is what an act rests on, years later: one that the mask would change is refused
 * where a person enters it, with how to write it.
 */
export function isKeptAsWritten(ticket: string): boolean {
  return withoutNumbers(ticket) === ticket;
}
