import { Argument, type Command } from 'commander';
import { Operations } from '../../operators/operations';
import type { OperationResult } from '../../domain/purchase/operator-acts';
import { commandOf, SETTLE_ACT_NAMES, type OperatorAct } from '../../domain/purchase/operator-acts';
import { withTemporal } from '../terminal/temporal';
import { meant } from './meant';
import { refuse, say, tell } from '../terminal/output';
import { whoAndWhy, withStatement, type StatementOptions } from './who-and-why';

const PURCHASE = ['<purchase>', 'pur_…, <channel>/<external id>, or the workflow’s id'] as const;

/** `settle`: says what came of a step that MobiFone does not settle. */
export function addSettle(command: Command): void {
  withStatement(command)
    .description('settles the step that is stuck, by what a person found out')
    .argument(...PURCHASE)
    .addArgument(new Argument('<act>', 'what is settled').choices(SETTLE_ACT_NAMES))
    .action((reference: string, act: OperatorAct, options: StatementOptions) =>
      perform(act, reference, options),
    );
}

/** `retry`: asks MobiFone, or the channel, at once. */
export function addRetry(command: Command): void {
  withStatement(command)
    .description('asks again at once instead of waiting')
    .argument(...PURCHASE)
    .action((reference: string, options: StatementOptions) => perform('retry', reference, options));
}

/** `cancel`: ends a sale before its charge. */
export function addCancel(command: Command): void {
  withStatement(command)
    .description('cancels a sale, as long as its charge (prepaid: its registration) was not sent')
    .argument(...PURCHASE)
    .action((reference: string, options: StatementOptions) => perform('cancel', reference, options));
}

async function perform(act: OperatorAct, reference: string, options: StatementOptions): Promise<void> {
  const stated = await whoAndWhy(options);
  await withTemporal(async ({ client }) => {
    const name = await meant(client, reference);
    const result = name
      ? await new Operations(client).do(act, name.channel, name.externalId, stated)
      : ({ kind: 'not_found' } as const);
    if (result.kind === 'applied' && name) {
      if (result.unconfirmed) tell(`Note: ${result.unconfirmed}.`);
      return say(`Done: ${commandOf(act, name)}, by ${stated.by}.`);
    }
    refuse(whyNot(result, reference));
  });
}

/** Why an act was not done, in words. */
export function whyNot(result: OperationResult, reference: string): string {
  switch (result.kind) {
    case 'applied':
      return 'done';
    case 'not_applied':
      return `Not applied: ${result.because}.`;
    case 'refused':
      return `Refused: ${result.because}.`;
    case 'not_found':
      return `There is no purchase ${reference} that runs: it never was, or is over. See \`datacode purchases show ${reference}\`.`;
  }
}
