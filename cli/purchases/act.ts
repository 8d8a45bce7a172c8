import { Argument, type Command } from 'commander';
import { Operations } from '../../operators/operations';
import { resolvePurchase } from '../../operators/purchase-ref';
import {
  commandOf,
  SETTLE_ACT_NAMES,
  type OperationResult,
  type OperatorAct,
} from '../../domain/purchase/operator-acts';
import { PURCHASE_SETTINGS, verb } from '../terminal/help';
import { print, refuse, tell, type JsonOption } from '../terminal/output';
import { withTemporal } from '../terminal/temporal';
import { attributionOf, withAttribution, type AttributionOptions } from './attribution';

/** How a purchase is named on the command line. */
export const PURCHASE_ARGUMENT = [
  '<purchase>',
  'pur_…, <channel>/<external id>, or the workflow’s id',
] as const;

type ActOptions = AttributionOptions & JsonOption;

/** `settle` states the result of a step, `retry` ends its pause, `cancel` ends a sale before its charge. */
export function addActs(command: Command): void {
  const add = (name: string, does: string, example: string) =>
    withAttribution(
      verb(
        command.command(name),
        does,
        [`datacode purchases ${name} demo/order-1001 ${example}`],
        PURCHASE_SETTINGS,
      ),
    ).argument(...PURCHASE_ARGUMENT);
  add(
    'settle',
    'states the result of a step that is stuck, as MobiFone has confirmed it',
    "charge-done --by lan --why 'MobiFone confirms by phone' --reference 'case 4711'",
  )
    .addArgument(new Argument('<act>', 'what is stated').choices(SETTLE_ACT_NAMES))
    .action((purchaseRef: string, act: OperatorAct, options: ActOptions) =>
      perform(act, purchaseRef, options),
    );
  add(
    'retry',
    'asks MobiFone, or the channel, again at once instead of waiting',
    "--by lan --why 'MobiFone answers again'",
  ).action((purchaseRef: string, options: ActOptions) => perform('retry', purchaseRef, options));
  add(
    'cancel',
    'cancels a sale before its charge (prepaid: its registration) is sent',
    "--by lan --why 'the customer asked for it'",
  ).action((purchaseRef: string, options: ActOptions) => perform('cancel', purchaseRef, options));
}

async function perform(act: OperatorAct, purchaseRef: string, options: ActOptions): Promise<void> {
  const attribution = await attributionOf(options);
  await withTemporal(async ({ client }) => {
    const name = await resolvePurchase(client, purchaseRef);
    const result: OperationResult = name
      ? await new Operations(client).do(act, name.channel, name.externalId, attribution)
      : { kind: 'not_found' };
    const done =
      result.kind === 'applied' && name ? [`Done: ${commandOf(act, name)}, by ${attribution.by}.`] : [];
    print(options, { purchase: purchaseRef, act, ...result }, () => done);
    if (result.kind !== 'applied') refuse(whyNot(result, purchaseRef));
    else if (result.unconfirmed) tell(`Note: ${result.unconfirmed}.`);
  });
}

/** Why an act was not done, in words. */
function whyNot(result: Exclude<OperationResult, { kind: 'applied' }>, purchaseRef: string): string {
  if (result.kind === 'not_applied') return `Not applied: ${result.because}.`;
  if (result.kind === 'refused') return `Refused: ${result.because}.`;
  return `There is no running purchase ${purchaseRef}: it does not exist, or it is over. See \`datacode purchases show ${purchaseRef}\`; for a terminated one, docs/runbooks.md, purchase-cut-off.`;
}
