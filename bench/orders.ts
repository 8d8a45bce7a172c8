import { randomBytes, randomInt } from 'node:crypto';
import { externalId, type ExternalId } from '../domain/identifiers';
import { msisdn, type Msisdn } from '../domain/msisdn';
import { packageCode } from '../domain/catalogue/packages';

/** What every measured purchase buys. */
export const PACKAGE = packageCode('D90');

const NUMBERS = 1_000_000;
const RUN = randomBytes(4).toString('hex');
/** Processes of one run begin at different numbers: the same number again within minutes is refused as a double. */
const FIRST = randomInt(NUMBERS);
let count = 0;

/** The next order of this run: an id that was never used, and one of a million numbers. */
export function nextOrder(): { externalId: ExternalId; msisdn: Msisdn } {
  count += 1;
  const number = String((FIRST + count) % NUMBERS).padStart(6, '0');
  return { externalId: externalId(`bench-${RUN}-${count}`), msisdn: msisdn(`84907${number}`) };
}
