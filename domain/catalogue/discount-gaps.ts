import type { DiscountRule } from './discount';
import type { DatacodePackage, PackageCode } from './packages';

/** A time in which sales get no discount, between rules or after the last. */
export interface DiscountGap {
  from: Date;
  /** Nothing where no later rule follows. */
  until: Date | undefined;
  /** Nothing for the channels of every class that no rule names. */
  discountClass: string | undefined;
  packages: PackageCode[];
}

/**
 * The gaps that are not over yet. Before its first rule a package had no agreement, which is no gap.
 * @param now gaps that ended before it are left out
 */
export function discountGaps(
  rules: readonly DiscountRule[],
  packages: readonly Pick<DatacodePackage, 'code'>[],
  now: Date,
): DiscountGap[] {
  const gaps = new Map<string, DiscountGap>();
  for (const discountClass of new Set(rules.map((rule) => rule.discountClass))) {
    for (const { code } of packages) {
      const applying = rules.filter(
        (rule) =>
          (rule.package === undefined || rule.package === code) &&
          (rule.discountClass === undefined || rule.discountClass === discountClass),
      );
      for (const { from, until } of holesBetween(applying)) {
        if (until && until <= now) continue;
        const key = [discountClass, from.getTime(), until?.getTime()].join();
        const gap = gaps.get(key) ?? { from, until, discountClass, packages: [] };
        gap.packages.push(code);
        gaps.set(key, gap);
      }
    }
  }
  return [...gaps.values()];
}

function holesBetween(rules: readonly DiscountRule[]): { from: Date; until: Date | undefined }[] {
  const holes: { from: Date; until: Date | undefined }[] = [];
  let covered: Date | undefined;
  for (const { from, until } of rules.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    if (covered && from > covered) holes.push({ from: covered, until: from });
    if (!until) return holes;
    if (!covered || until > covered) covered = until;
  }
  return covered ? [...holes, { from: covered, until: undefined }] : holes;
}

/** In one line, for a log or a terminal. */
export function discountGapInWords({ from, until, discountClass, packages }: DiscountGap): string {
  const span = until
    ? `from ${from.toISOString()} to ${until.toISOString()}`
    : `from ${from.toISOString()} on`;
  const who = discountClass === undefined ? '' : ` for channels of class ${discountClass}`;
  return `no discount rule applies ${span}${who}: sales of ${packages.join(', ')} get no discount`;
}
