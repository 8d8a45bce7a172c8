import { readFile } from 'node:fs/promises';
import type { LocalDay } from '../../domain/local-time';
import { ReportFault } from '../../reconciliation/carried-over';
import type { OpeningBalances } from '../../reconciliation/period/account';
import { openingFrom } from '../../reconciliation/period/opening';
import { callerPath } from '../terminal/caller-path';
import { CommandFault, reasonOf } from '../terminal/command-fault';

/**
 * The balances that the signed account before a day closed with.
 * @throws CommandFault when it cannot be read; ReportFault, which names the file, when it cannot be used
 */
export async function openingIn(
  file: string,
  from: LocalDay,
  key: string | undefined,
): Promise<OpeningBalances> {
  const text = await readFile(callerPath(file), 'utf8').catch((fault: unknown) => {
    throw new CommandFault(`--opening: ${file} cannot be read: ${reasonOf(fault)}.`);
  });
  try {
    return openingFrom(text, from, key);
  } catch (fault) {
    if (fault instanceof ReportFault) throw new ReportFault(`${file}: ${fault.message}`, { cause: fault });
    throw fault;
  }
}

/**
 * What the agent owed MobiFone before a day, by MobiFone's figures: whole đồng, or the account that says it.
 * @throws as `openingIn`
 */
export async function owedBefore(
  given: string | undefined,
  day: LocalDay,
  key: string | undefined,
): Promise<number | undefined> {
  if (given === undefined) return undefined;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  return (await openingIn(given, day, key)).mobifone.payable;
}
