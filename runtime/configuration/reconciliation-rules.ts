import ms, { type StringValue } from 'ms';
import { z } from 'zod';

/** By what reconciliation compares and alerts, for the command and for every morning alike. */
export interface ReconciliationRules {
  cutOffMinutes: number;
  /** Whole đồng. */
  tolerance: number;
  /** Whole đồng; no bound where it is absent. */
  toleranceTotal?: number;
  thousands: 'refuse' | 'accept';
  /** How old an open break becomes before operations are told of it, milliseconds. */
  alertAfterMs: number;
  /** From which amount at stake, whole đồng, operations are told at once. */
  alertAmount: number;
}

export const DEFAULT_RECONCILIATION_RULES: ReconciliationRules = {
  cutOffMinutes: 30,
  tolerance: 0,
  thousands: 'refuse',
  alertAfterMs: 3 * 24 * 60 * 60 * 1000,
  alertAmount: 10_000_000,
};

/** Beyond it a file without the evening's sales, or any sales, would pass for one that is cut off. */
const MAX_CUT_OFF_MINUTES = 180;
/** Roundings come to less; a larger one lets other prices pass, unless a day's sum of them is bounded. */
const MAX_UNBOUNDED_TOLERANCE = 1_000;

/** Why no day should be compared by these rules: money that is missing would read clean. */
export function faultOfRules({
  cutOffMinutes,
  tolerance,
  toleranceTotal,
}: Pick<ReconciliationRules, 'cutOffMinutes' | 'tolerance' | 'toleranceTotal'>): string | undefined {
  if (cutOffMinutes > MAX_CUT_OFF_MINUTES) return `cut-off-minutes: at most ${MAX_CUT_OFF_MINUTES}`;
  if (tolerance > MAX_UNBOUNDED_TOLERANCE && toleranceTotal === undefined)
    return `tolerance: more than ${MAX_UNBOUNDED_TOLERANCE} đồng needs a tolerance-total, which bounds what a day lets pass`;
  return undefined;
}

type RuleReader = (value: string) => Partial<ReconciliationRules> | undefined;

/** The names that a text of rules may have, each with its reader; nothing when the value is none. */
const READERS: Record<string, RuleReader> = {
  'cut-off-minutes': wholeInto((cutOffMinutes) => ({ cutOffMinutes })),
  tolerance: wholeInto((tolerance) => ({ tolerance })),
  'tolerance-total': wholeInto((toleranceTotal) => ({ toleranceTotal })),
  thousands: (value) => (value === 'refuse' || value === 'accept' ? { thousands: value } : undefined),
  'alert-after': (value) => {
    const alertAfterMs = /^[\d.\s]+$/.test(value) ? NaN : ms(value as StringValue); // ms checks the text itself
    return alertAfterMs > 0 ? { alertAfterMs } : undefined;
  },
  'alert-amount': wholeInto((alertAmount) => ({ alertAmount })),
};

/** Reads `tolerance=5, cut-off-minutes=45`; what is not named has its default. */
export const reconciliationRules = () =>
  z
    .string()
    .default('')
    .transform((text, context): ReconciliationRules => {
      const rules = { ...DEFAULT_RECONCILIATION_RULES };
      const said = new Set<string>();
      for (const part of text.split(',').map((one) => one.trim())) {
        if (part === '') continue;
        const [, name = '', value = ''] = /^([^=]*?)\s*=\s*(.*)$/.exec(part) ?? [];
        const read = Object.hasOwn(READERS, name) ? READERS[name]?.(value) : undefined;
        if (!read) {
          const names = Object.keys(READERS).join(', ');
          context.addIssue({
            code: 'custom',
            message: `"${part}" is not a rule: write name=value with one of ${names}`,
          });
          return z.NEVER;
        }
        if (said.has(name)) {
          context.addIssue({
            code: 'custom',
            message: `${name}: occurs more than once; only one can be meant`,
          });
          return z.NEVER;
        }
        said.add(name);
        Object.assign(rules, read);
      }
      const message = faultOfRules(rules);
      if (message === undefined) return rules;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });

function wholeInto(into: (number: number) => Partial<ReconciliationRules>): RuleReader {
  return (value) => (/^\d{1,12}$/.test(value) ? into(Number(value)) : undefined);
}
