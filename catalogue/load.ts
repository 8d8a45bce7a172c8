import type { DiscountRule } from '../domain/catalogue/discount';
import { discountGapInWords, discountGaps } from '../domain/catalogue/discount-gaps';
import type { DatacodePackage } from '../domain/catalogue/packages';
import { readJsonFile } from '../runtime/json-file';
import { discountsFileSchema, packagesFileSchema } from './schemas';

/**
 * Reads the catalogue of Datacode packages.
 * @throws UnusableFile that lists every fault by its JSON pointer, a code that is given twice among them
 */
export function loadPackages(file: string): readonly DatacodePackage[] {
  return readJsonFile(file, packagesFileSchema, 'set PACKAGES_FILE to the catalogue of packages.').packages;
}

/**
 * Reads the rules of *chiết khấu khuyến khích*.
 * @param packages the catalogue: a rule for a package that it does not have is a fault; without it any package will do
 * @throws UnusableFile that lists every fault by its JSON pointer: an id given twice and two rules that would apply
 *   to the same sale at the same time with the same precedence among them
 */
export function loadDiscountRules(
  file: string,
  packages: readonly DatacodePackage[] | undefined,
): readonly DiscountRule[] {
  const schema = discountsFileSchema(packages?.map(({ code }) => code));
  return readJsonFile(file, schema, 'set DISCOUNTS_FILE to the discount rules.').rules;
}

/** The files of the catalogue, and who is told of what is suspicious in them, a line each. */
interface CatalogueFiles {
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
  { PACKAGES_FILE, DISCOUNTS_FILE }: CatalogueFiles,
  warn: Warn,
): { packages: readonly DatacodePackage[]; rules: readonly DiscountRule[] } {
  const packages = loadPackages(PACKAGES_FILE);
  const rules = loadDiscountRules(DISCOUNTS_FILE, packages);
  for (const gap of discountGaps(rules, packages, new Date())) warn(discountGapInWords(gap));
  return { packages, rules };
}

/**
 * The rules by which a difference is explained. A rule of a package that is no longer sold is none to stop for, but may be
 * misspelt.
 * @throws UnusableFile
 */
export function loadComparedRules(
  { PACKAGES_FILE, DISCOUNTS_FILE }: CatalogueFiles,
  warn: Warn,
): readonly DiscountRule[] {
  const rules = loadDiscountRules(DISCOUNTS_FILE, undefined);
  const sold = new Set(loadPackages(PACKAGES_FILE).map(({ code }) => code));
  for (const { id, package: code } of rules) {
    if (code !== undefined && !sold.has(code)) {
      warn(`discount rule "${id}" is for ${code}, a package that PACKAGES_FILE does not have`);
    }
  }
  return rules;
}
