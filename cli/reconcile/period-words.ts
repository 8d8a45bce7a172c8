import { isNothing } from '../../reconciliation/money';
import type { AccountDay, PeriodAccount, SideAccount } from '../../reconciliation/period/account';

/** A period's account for a person at the terminal: what is payable to MobiFone, day by day, and what differs. */
export function accountInWords(account: PeriodAccount): string[] {
  const { from, to, clean, agent, mobifone, difference, explained, unexplained, inTransit, sums } = account;
  return [
    `${from} to ${to}: ${clean ? 'clean' : 'not clean'} (payable to MobiFone, VND)`,
    `  agent     ${balances(agent)}`,
    `  MobiFone  ${balances(mobifone)}`,
    `  difference opening ${difference.opening.payable}, movement ${difference.movement.payable}, closing ${difference.closing.payable}`,
    `  explained by breaks ${explained.breaks.payable}, by other days ${explained.timing.payable}, within the tolerance ${explained.tolerated.payable}; unexplained ${unexplained.payable}`,
    ...(isNothing(inTransit) ? [] : [`  in transit to or from other periods ${inTransit.payable}`]),
    ...(sums.agree ? [] : ['  the days do not add up to the purchases and lines: report this']),
    ...account.days.map(dayInWords),
    ...account.breaks.map(
      ({ id, day, kind, purchaseId, difference: { payable }, atStake, detail }) =>
        `  ${id}  ${day}  ${kind}  ${purchaseId}  difference ${payable}, at stake ${atStake}: ${detail}`,
    ),
    ...account.timing.map(
      ({ day, otherDay, purchaseId, state, difference: { payable } }) =>
        `  between ${day} and ${otherDay}: ${purchaseId} ${payable}, ${state.replace('_', ' ')}`,
    ),
  ];
}

function balances({ opening, movement, closing }: SideAccount): string {
  return `opening ${opening.payable}, ${movement.count} sales ${movement.payable}, closing ${closing.payable}`;
}

function dayInWords({
  day,
  compared,
  agent,
  mobifone,
  difference,
  unexplained,
  counts,
  badLines,
}: AccountDay): string {
  const kinds = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  return [
    `  ${day}  agent ${agent.movement.payable}, MobiFone ${mobifone.movement.payable}, difference ${difference.payable}`,
    ...(compared ? [] : ['no file']),
    ...(isNothing(unexplained) ? [] : [`unexplained ${unexplained.payable}`]),
    ...(badLines > 0 ? [`${badLines} bad line(s)`] : []),
    ...kinds,
  ].join(', ');
}
