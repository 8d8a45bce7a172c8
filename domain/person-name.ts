import { isBlank } from './harmless-text';
import { withoutNumbers } from './telephone-numbers';

/** A name is for people to read, and is kept with everything that its person does. */
const MOST_CHARACTERS = 100;

/**
 * A person's name as it is recorded: one line of readable length, without a subscriber's number; empty for what is no text.
 * Control and format characters are blanks.
 */
export function personName(given: unknown): string {
  if (typeof given !== 'string') return '';
  const line = given.replace(/[\p{C}\s]+/gu, ' ').trim();
  const name = withoutNumbers(line);
  return isBlank(name) ? '' : Array.from(name).slice(0, MOST_CHARACTERS).join('').trim();
}

/**
 * The name that colleagues know, from the claims of an identity provider. Only an address that the provider has verified
 * stands alone: a user name that looks like one may be of its owner's choice, so the subject, which nobody chooses, follows it.
 */
export function nameOfClaims(claims: Readonly<Record<string, unknown>>): string {
  const { email, email_verified: verified, preferred_username: username, sub } = claims;
  const isVerified = verified === true || verified === 'true'; // some providers write it in words
  const subject = personName(sub) || 'unknown';
  const address = isVerified ? personName(email) : '';
  if (address !== '') return isMasked(address) ? `${address} (${subject})` : address;
  const name = personName(username);
  if (name === '') return subject;
  return name.normalize('NFKC').includes('@') || isMasked(name) ? `${name} (${subject})` : name;
}

/** Where a number was masked, two people may have the same name. */
function isMasked(name: string): boolean {
  return name.includes('****');
}
