import { join } from 'node:path';
import type { Config } from '../../config';
import { run } from '../temporal/command';
import { databasePort, HOST } from './layout';
import { DATABASE_USER, DATABASES } from './settings';
import type { TemporalPrograms } from './temporal-programs';

/**
 * Makes both of Temporal's databases, or brings their schemas up to this version; changes nothing where they are.
 * @throws CommandFailed
 */
export async function bringUpSchemas(
  config: Pick<Config, 'CLUSTER_PORT' | 'API_PORT'>,
  programs: TemporalPrograms,
  password: string,
  stopping?: AbortSignal,
): Promise<void> {
  for (const { name, schema } of Object.values(DATABASES)) {
    const tool = (...words: readonly string[]): Promise<string> =>
      run(programs.sqlTool, ['--db', name, ...words], {
        environment: {
          SQL_PLUGIN: 'postgres12',
          SQL_HOST: HOST,
          SQL_PORT: `${databasePort(config)}`,
          SQL_USER: DATABASE_USER,
          SQL_PASSWORD: password,
        },
        ...(stopping ? { signal: stopping } : {}),
      });
    const update = () => tool('update-schema', '-d', join(programs.schemas, schema, 'versioned'));
    try {
      await update();
    } catch {
      stopping?.throwIfAborted();
      await tool('create').catch(() => undefined); // it exists, or the next line fails with the reason
      await tool('setup-schema', '-v', '0.0');
      await update();
    }
  }
}
