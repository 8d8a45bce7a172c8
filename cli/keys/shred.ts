import { Client } from '@temporalio/client';
import { keyUsage, type KeyUsage } from '../../client/key-usage';
import { loadOperatorConfig } from '../../config';
import { requireRetired, shredKey } from '../../encryption/key-ring-edits';
import { writeJsonFile } from '../../runtime/json-file';
import { EXIT } from '../terminal/exit-codes';
import { print, tell, type JsonOption } from '../terminal/output';
import { withConnection } from '../terminal/temporal';
import { ownRing } from './ring';

interface Options extends JsonOption {
  by: string;
  why: string;
  yes: boolean;
}

/** Destroys a period's key, unless something that is running still needs it. */
export async function shred(id: string, { by, why, yes, json = false }: Options): Promise<void> {
  const { file, ring } = ownRing();
  const { madeAt, retiredAt } = requireRetired(ring, id);
  const period =
    retiredAt === undefined ? undefined : { madeAt: new Date(madeAt), retiredAt: new Date(retiredAt) };
  const usage = period && (await usageIn(period));
  const isBlocked = usage !== undefined && isNeeded(usage);
  const isShredded = yes && !isBlocked;
  if (isShredded) await writeJsonFile(file, shredKey(ring, id, { by, why, at: new Date() }));
  if (isBlocked) process.exitCode = EXIT.notAsWanted;
  print({ json }, { id, shredded: isShredded, usage: usage ?? null }, () => {
    if (isBlocked) return [`${id} is still needed; nothing was changed.`, ...needs(usage)];
    return [
      ...(usage
        ? [`${usage.closed} closed workflow(s) of its period are at Temporal; they become unreadable.`]
        : []),
      isShredded ? `Shredded ${id}.` : 'Nothing was changed. Add --yes to shred it; it cannot be undone.',
    ];
  });
  if (isShredded) tell('Destroy it in every copy of the ring as well: the data is readable with any copy.');
}

function usageIn(period: { madeAt: Date; retiredAt: Date }): Promise<KeyUsage> {
  return withConnection(loadOperatorConfig(), (connection, namespace) =>
    keyUsage(new Client({ connection, namespace }), period),
  );
}

function isNeeded({ running, schedules, pauses }: KeyUsage): boolean {
  return running > 0 || schedules.length > 0 || pauses;
}

function needs({ running, runningQuery, schedules, pauses }: KeyUsage): string[] {
  return [
    ...(running > 0 ? [`  ${running} running workflow(s), which would be stuck: ${runningQuery}`] : []),
    ...(schedules.length > 0
      ? [`  schedules: ${schedules.join(', ')}; delete them, a worker makes them again at its next start.`]
      : []),
    ...(pauses
      ? [
          '  the list of pauses: terminate the workflow `control`, which ends no pause, then pause or resume anything.',
        ]
      : []),
  ];
}
