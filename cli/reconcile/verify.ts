import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { loadOperatorConfig } from '../../config';
import { reasonOf } from '../../runtime/file-fault';
import type { Verdict } from '../../runtime/report-signature';
import { SignedFile } from '../../runtime/signed-file';
import { signingKeys, SigningKeysFault, type SigningKey } from '../../runtime/signing-keys';
import { callerPath } from '../terminal/caller-path';
import { CommandFault } from '../terminal/command-fault';
import { EXIT } from '../terminal/exit-codes';
import { verb } from '../terminal/help';
import { print, type JsonOption } from '../terminal/output';

/** What we sign: a report, a period's account, and the manifest of an archived day. */
const SIGNED = ['report', 'account', 'manifest'];
const daysSchema = z.union([z.object({ day: z.string() }), z.object({ from: z.string(), to: z.string() })]);

/** `verify`: who signed a report, and whether it is unchanged. */
export function addVerify(command: Command): void {
  verb(
    command.command('verify'),
    'verifies the signature of a report or of a period’s account (--json), or of an archived day (manifest), and exits 1 if no key proves it',
    [
      'datacode reconcile verify report.json',
      'datacode reconcile verify report.json --keys agent-public-keys.pem # for MobiFone: no secret is needed',
    ],
    ['RECONCILIATION_SIGNING_KEY'],
  )
    .argument('<file>', 'a signed file')
    .option('--keys <file>', 'keys to verify with, instead of RECONCILIATION_SIGNING_KEY')
    .action(verify);
}

async function verify(file: string, options: JsonOption & { keys?: string }): Promise<void> {
  const text = await contentOf(file);
  const signed = SignedFile.read(text, ...SIGNED);
  const days = daysSchema.safeParse(signed?.content).data;
  if (!signed || !days) {
    throw new CommandFault(
      `${file} is not a signed file: it must be a report or an account of --json, or a manifest of an archive.`,
    );
  }
  const { what, signature } = signed;
  const verdict = signed.verdict(await keysOf(options.keys));
  print(options, { file, what, ...days, sha256: signature.sha256, ...verdict }, () => [
    `${what} of ${Object.values(days).join(' to ')}, sha256 ${signature.sha256}: ${inWords(verdict)}`,
  ]);
  process.exitCode = verdict.kind === 'proven' ? EXIT.done : EXIT.notAsWanted;
}

function inWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'proven':
      return `unchanged, signed with ${verdict.by}`;
    case 'unproven':
      return `its digest is right, but nothing proves who wrote it: ${verdict.why}`;
    case 'changed':
      return 'CHANGED since it was written';
  }
}

async function keysOf(file: string | undefined): Promise<SigningKey[]> {
  const text = file === undefined ? loadOperatorConfig().RECONCILIATION_SIGNING_KEY : await contentOf(file);
  if (text === undefined) return [];
  try {
    return signingKeys(text);
  } catch (fault) {
    if (!(fault instanceof SigningKeysFault)) throw fault;
    throw new CommandFault(`${file ?? 'RECONCILIATION_SIGNING_KEY'} ${fault.message}.`);
  }
}

async function contentOf(file: string): Promise<string> {
  return readFile(callerPath(file), 'utf8').catch((fault: unknown) => {
    throw new CommandFault(`${file} cannot be read: ${reasonOf(fault)}.`);
  });
}
