import type { SettlementLine } from '../domain/reconciliation/settlement';

/** As a whole a mobile number with its prefix, whoever's it is. */
const MOBILE_NUMBER = /^(?:0*84|0+)[35789]\d{8}$/;
const SEPARATORS = /[._-]/g;

/**
 * MobiFone's reference of a line as documents may have it: both sides look a transaction up by it, so it stands as it is,
 * unless it is a subscriber's number or has the line's own one in it.
 * @example shownReference({ reference: '84901234567-1', msisdn: '84901234567' }) // 84****567-1
 */
export function shownReference({ reference, msisdn }: Pick<SettlementLine, 'reference' | 'msisdn'>): string {
  if (MOBILE_NUMBER.test(reference.replace(SEPARATORS, ''))) return `****${reference.slice(-3)}`;
  const own = new RegExp(msisdn.slice(2).split('').join('[._-]?'), 'g');
  return reference.replace(own, (number) => `****${number.slice(-3)}`);
}
