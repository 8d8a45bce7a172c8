import type { DiscountRule } from '../domain/catalogue/discount';
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
 * @param packages the catalogue; when given, a rule for a package that it does not have is a fault
 * @throws UnusableFile that lists every fault by its JSON pointer: an id given twice and two rules that would apply
 *   to the same sale at the same time with the same precedence among them
 */
export function loadDiscountRules(
  file: string,
  packages?: readonly DatacodePackage[],
): readonly DiscountRule[] {
  const schema = discountsFileSchema(packages?.map(({ code }) => code));
  return readJsonFile(file, schema, 'set DISCOUNTS_FILE to the discount rules.').rules;
}
