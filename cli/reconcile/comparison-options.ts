import { Option, type Command } from 'commander';
import { loadComparedRules } from '../../catalogue/load';
import type { Config } from '../../config';
import type { ComparisonSettings } from '../../reconciliation/reconcile';
import { comparisonSettings } from '../../reconciliation/comparison-settings';
import { THOUSANDS_RULES, type ThousandsRule } from '../../reconciliation/settlement-fields';
import { SETTLEMENT_ENCODINGS, type SettlementEncoding } from '../../reconciliation/settlement-text';
import { faultOfRules } from '../../runtime/configuration/reconciliation-rules';
import { CommandFault } from '../terminal/command-fault';
import { whole } from '../terminal/argument-values';
import { tell } from '../terminal/output';

/** How files are read and days compared; what is not given is as RECONCILIATION_RULES and RECONCILIATION_ENCODING say. */
export interface ComparisonOptions {
  encoding?: SettlementEncoding;
  thousands?: ThousandsRule;
  /** A layout file, or the name of an example. */
  layout?: string;
  tolerance?: number;
  toleranceTotal?: number;
  cutOffMinutes?: number;
}

export function addComparisonOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--encoding <name>', 'encoding of files without a byte order mark').choices(
        SETTLEMENT_ENCODINGS,
      ),
    )
    .option('--layout <file>', 'how MobiFone lays out its files; see `layout`')
    .addOption(new Option('--thousands <rule>', 'thousands separators in amounts').choices(THOUSANDS_RULES))
    .option('--tolerance <dong>', 'accept amounts and discounts that differ by this much at most', whole)
    .option('--tolerance-total <dong>', 'accept none when all accepted differences add up to more', whole)
    .option(
      '--cut-off-minutes <minutes>',
      'sales this near to midnight may be in the next day’s file',
      whole,
    );
}

/**
 * The options on top of the configured rules.
 * @throws CommandFault where missing money would read clean by them
 */
export function settingsOf(options: ComparisonOptions, config: Config): ComparisonSettings {
  const { tolerance, toleranceTotal, cutOffMinutes } = options;
  const rules = { ...config.RECONCILIATION_RULES };
  if (tolerance !== undefined) rules.tolerance = tolerance;
  if (toleranceTotal !== undefined) rules.toleranceTotal = toleranceTotal;
  if (cutOffMinutes !== undefined) rules.cutOffMinutes = cutOffMinutes;
  const fault = faultOfRules(rules);
  if (fault !== undefined) throw new CommandFault(`${fault}.`);
  return comparisonSettings(rules, loadComparedRules(config, tell));
}
