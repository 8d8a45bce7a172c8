import { Client } from '@temporalio/client';
import { connectClient } from '../../client/connecting';
import { temporalTarget } from '../../client/connection';
import { keyUsage, type KeyUsage } from '../../client/key-usage';
import { loadOperatorConfig } from '../../config';
import { requireRetired, shredKey } from '../../encryption/key-ring-edits';
import { writeJsonFile } from '../../runtime/json-file';
import { EXIT } from '../terminal/exit-codes';
import { say } from '../terminal/output';
import { ownRing } from './ring';

interface Options {
  by: string;
  why: string;
  yes: boolean;
}

/** Destroys a period's key, unless something that is under way still needs it. */
export async function shred(id: string, { by, why, yes }: Options): Promise<void> {
  const { file, ring } = ownRing();
  const { madeAt, retiredAt } = requireRetired(ring, id);
  if (retiredAt !== undefined) {
    const usage = await ask({ madeAt: new Date(madeAt), retiredAt: new Date(retiredAt) });
    if (isNeeded(usage)) {
      say(`${id} is still needed; nothing was changed.`, ...needs(usage));
      process.exitCode = EXIT.notAsWanted;
      return;
    }
    say(
      `${usage.closed} closed workflow(s) of its period are at Temporal; what they were about will be unreadable.`,
    );
  }
  if (!yes) return say('Nothing was changed. Add --yes to shred it; it cannot be undone.');
  await writeJsonFile(file, shredKey(ring, id, { by, why, at: new Date() }));
  say(`Shredded ${id}.`, 'Destroy it in every copy of the ring as well: a copy that is left undoes this.');
}

async function ask(period: { madeAt: Date; retiredAt: Date }): Promise<KeyUsage> {
  const target = temporalTarget(loadOperatorConfig());
  const connection = await connectClient(target);
  try {
    return await keyUsage(new Client({ connection, namespace: target.namespace }), period);
  } finally {
    await connection.close();
  }
}

function isNeeded({ running, schedules, pauses }: KeyUsage): boolean {
  return running > 0 || schedules.length > 0 || pauses;
}

function needs({ running, runningQuery, schedules, pauses }: KeyUsage): string[] {
  return [
    ...(running > 0 ? [`  ${running} running workflow(s), which would be stuck: ${runningQuery}`] : []),
    ...(schedules.length > 0
      ? [`  schedules: ${schedules.join(', ')}; delete them, and a worker’s next start makes them anew.`]
      : []),
    ...(pauses
      ? [
          '  what is paused: terminate the workflow `control`, which ends no pause, then pause or resume anything.',
        ]
      : []),
  ];
}
