import { InvalidArgumentError } from 'commander';
import type { Config } from '../../config';
import { loadPackages } from '../../catalogue/load';
import type { Msisdn } from '../../domain/msisdn';
import { MSISDN_FAULTS, parseMsisdn } from '../../domain/msisdn-parsing';
import { saleAvailability, type DatacodePackage, type PaymentForm } from '../../domain/catalogue/packages';
import { CommandFault } from '../terminal/command-fault';
import { PROBE_IDS, type Probe, type ProbeId } from './probe';
import type { Terms } from './trial-sales';

export interface CheckOptions {
  baseUrl?: URL;
  msisdn: readonly [Msisdn, ...Msisdn[]];
  refusedMsisdn?: Msisdn;
  package?: string;
  form: PaymentForm;
  maxLag: number;
  only?: readonly ProbeId[];
  limits?: true;
  sms?: true;
  profile?: string;
  json?: true;
  yes?: true;
}

/** @throws InvalidArgumentError */
export function oneNumber(text: string): Msisdn {
  const parsed = parseMsisdn(text);
  if (parsed.ok) return parsed.msisdn;
  throw new InvalidArgumentError(MSISDN_FAULTS[parsed.fault].en);
}

/** @throws InvalidArgumentError */
export function numbers(text: string): readonly [Msisdn, ...Msisdn[]] {
  const [first = '', ...others] = text.split(',');
  return [oneNumber(first), ...others.map(oneNumber)];
}

/** @throws InvalidArgumentError */
export function gatewayUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new InvalidArgumentError('Must be an http or https URL.');
}

/** @throws InvalidArgumentError */
export function probeIds(text: string): readonly ProbeId[] {
  return text.split(',').map((given) => {
    const known = PROBE_IDS.find((id) => id.toLowerCase() === given.trim().toLowerCase());
    if (known) return known;
    throw new InvalidArgumentError(`Must be of ${PROBE_IDS.join(', ')}.`);
  });
}

/** The probes that send SMS or provoke a 429 run only when they are asked for. */
export function chosenProbes(
  all: readonly Probe[],
  { only, sms, limits }: Pick<CheckOptions, 'only' | 'sms' | 'limits'>,
): readonly Probe[] {
  if (only) return all.filter(({ id }) => only.includes(id));
  return all.filter(({ id }) => (id !== 'sms' || sms === true) && (id !== 'limits' || limits === true));
}

/**
 * What is sold: the named package, or the cheapest one of the payment form.
 * @throws CommandFault when the catalogue does not have it
 */
export function termsOf(
  options: CheckOptions,
  config: Pick<Config, 'PACKAGES_FILE' | 'MOBIFONE_BASE_URL'>,
  now: Date,
): Terms {
  const { form, msisdn, refusedMsisdn } = options;
  const sold = loadPackages(config.PACKAGES_FILE, config.MOBIFONE_BASE_URL)
    .filter((offer) => saleAvailability(offer, form, now) === 'on_sale')
    .sort((one, other) => one.faceValue - other.faceValue);
  const chosen = options.package ? sold.find(({ code }) => code === options.package) : sold[0];
  if (!chosen) {
    const known = sold.map(({ code }) => code).join(', ') || 'none';
    throw new CommandFault(`No such ${form} package is on sale; the catalogue has: ${known}.`);
  }
  const other = sold.find(({ code }) => code !== chosen.code);
  return {
    paymentForm: form,
    ...pricedPackage(chosen),
    ...(other ? { other: pricedPackage(other) } : {}),
    numbers: msisdn,
    ...(refusedMsisdn ? { refusedNumber: refusedMsisdn } : {}),
  };
}

function pricedPackage({ code, faceValue }: DatacodePackage) {
  return { packageCode: code, amount: faceValue };
}
