import type { DiscountRule } from '../domain/catalogue/discount';
import { discountGapInWords, discountGaps } from '../domain/catalogue/discount-gaps';
import type { DatacodePackage } from '../domain/catalogue/packages';
import { isRealGateway } from '../runtime/configuration/real-gateway';
import { readJsonFile } from '../runtime/json-file';
import { discountsFileSchema, packagesFileSchema } from './schemas';

/**
 * Reads the catalogue of Datacode packages.
 * @param gatewayUrl where they are sold: at MobiFone itself sample packages are a fault
 * @throws UnusableFile that lists every fault by its JSON pointer, a code that is given twice among them
 */
export function loadPackages(file: string, gatewayUrl?: string): readonly DatacodePackage[] {
  const schema = packagesFileSchema(isRealGateway(gatewayUrl));
  return readJsonFile(file, schema, 'set PACKAGES_FILE to the catalogue of packages.').packages;
}

/**
 * Reads the rules of *chiết khấu khuyến khích*.
 * @param packages the catalogue: a rule for a package that it does not have is a fault; without it any package will do
 * @param gatewayUrl where it is sold: at MobiFone itself sample rules are a fault
 * @throws UnusableFile that lists every fault by its JSON pointer: an id given twice and two rules that would apply
 *   to the same sale at the same time with the same precedence among them
 */
export function loadDiscountRules(
  file: string,
  packages: readonly DatacodePackage[] | undefined,
  gatewayUrl?: string,
): readonly DiscountRule[] {
  const codes = packages?.map(({ code }) => code);
  const schema = discountsFileSchema(isRealGateway(gatewayUrl), codes);
  return readJsonFile(file, schema, 'set DISCOUNTS_FILE to the discount rules.').rules;
}

/** The files of the catalogue, where its packages are sold, and who is told of what is suspicious in them, a line each. */
interface CatalogueFiles {
  MOBIFONE_BASE_URL?: string | undefined;
  PACKAGES_FILE: string;
  DISCOUNTS_FILE: string;
}
type Warn = (line: string) => void;

/**
 * The packages and the rules of their discounts, for a process that sells.
 * @param warn gets a line for each time in which no rule applies
 * @throws UnusableFile
 */
export function loadCatalogue(
  { PACKAGES_FILE, DISCOUNTS_FILE, MOBIFONE_BASE_URL: gatewayUrl }: CatalogueFiles,
  warn: Warn,
): { packages: readonly DatacodePackage[]; rules: readonly DiscountRule[] } {
  const packages = loadPackages(PACKAGES_FILE, gatewayUrl);
  const rules = loadDiscountRules(DISCOUNTS_FILE, packages, gatewayUrl);
  for (const gap of discountGaps(rules, packages, new Date())) warn(discountGapInWords(gap));
  return { packages, rules };
}

/**
 * The rules by which a difference is explained. A rule of a package that is no longer sold is none to stop for, but may be
 * misspelt.
 * @throws UnusableFile
 */
export function loadComparedRules(
  { PACKAGES_FILE, DISCOUNTS_FILE, MOBIFONE_BASE_URL: gatewayUrl }: CatalogueFiles,
  warn: Warn,
): readonly DiscountRule[] {
  const sold = new Set(loadPackages(PACKAGES_FILE, gatewayUrl).map(({ code }) => code));
  const rules = loadDiscountRules(DISCOUNTS_FILE, undefined, gatewayUrl);
  for (const { id, package: code } of rules) {
    if (code !== undefined && !sold.has(code)) {
      warn(`discount rule "${id}" is for ${code}, a package that PACKAGES_FILE does not have`);
    }
  }
  return rules;
}
