import { Argument, type Command } from 'commander';
import { Operations } from '../../operators/operations';
import { resolvePurchase } from '../../operators/purchase-ref';
import {
  commandOf,
  SETTLE_ACT_NAMES,
  type OperationResult,
  type OperatorAct,
} from '../../domain/purchase/operator-acts';
import { explain, PURCHASE_SETTINGS, withJson } from '../terminal/help';
import { print, refuse, tell, type JsonOption } from '../terminal/output';
import { withTemporal } from '../terminal/temporal';
import { attributionOf, withAttribution, type AttributionOptions } from './attribution';

/** How a purchase is named on the command line. */
export const PURCHASE_ARGUMENT = [
  '<purchase>',
  'pur_…, <channel>/<external id>, or the workflow’s id',
] as const;

type ActOptions = AttributionOptions & JsonOption;

/** `settle`: states the result of a step that MobiFone does not settle. */
export function addSettle(command: Command): void {
  withAct(command, [
    "datacode purchases settle demo/order-1001 charge-done --by lan --why 'MobiFone confirms by phone' --reference 'case 4711'",
  ])
    .description('states the result of a step that is stuck, as MobiFone has confirmed it')
    .addArgument(new Argument('<act>', 'what is stated').choices(SETTLE_ACT_NAMES))
    .action((purchaseRef: string, act: OperatorAct, options: ActOptions) =>
      perform(act, purchaseRef, options),
    );
}

/** `retry`: ends the pause before the next attempt. */
export function addRetry(command: Command): void {
  withAct(command, ["datacode purchases retry demo/order-1001 --by lan --why 'MobiFone answers again'"])
    .description('asks MobiFone, or the channel, again at once instead of waiting')
    .action((purchaseRef: string, options: ActOptions) => perform('retry', purchaseRef, options));
}

/** `cancel`: ends a sale before its charge. */
export function addCancel(command: Command): void {
  withAct(command, ["datacode purchases cancel demo/order-1001 --by lan --why 'the customer asked for it'"])
    .description('cancels a sale before its charge (prepaid: its registration) is sent')
    .action((purchaseRef: string, options: ActOptions) => perform('cancel', purchaseRef, options));
}

function withAct(command: Command, examples: readonly string[]): Command {
  explain(command, examples, PURCHASE_SETTINGS);
  return withJson(withAttribution(command.argument(...PURCHASE_ARGUMENT)));
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
  switch (result.kind) {
    case 'not_applied':
      return `Not applied: ${result.because}.`;
    case 'refused':
      return `Refused: ${result.because}.`;
    case 'not_found':
      return `There is no running purchase ${purchaseRef}: it does not exist, or it is over. See \`datacode purchases show ${purchaseRef}\`.`;
  }
}
