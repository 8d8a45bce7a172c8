import { rm } from 'node:fs/promises';
import { Command } from 'commander';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { loadConfig, type Config } from '../../config';
import { writeJsonFile } from '../../runtime/json-file';
import { writeForOwnerOnly } from '../../runtime/owner-only';
import { exitAfter, reportProgress } from '../../runtime/process';
import type { LockNote } from '../../runtime/lock-file';
import { prepareStack, reportLineOf, stackSupervisor, withDataFolder } from '../supervisor/stack-command';
import { examine, type Finding } from './doctor';
import { processesFile } from './layout';
import { clusterPlans } from './plans';
import { apiUrls, clusterWelcome } from './welcome';

/** `npm run cluster`: the compose file's topology as processes of this machine. Exit codes: 0 done, 1 a fault. */
const program = new Command('cluster').description(
  'Temporal on PostgreSQL with two servers, three workers and two APIs, without Docker: docs/cluster.md',
);
program
  .command('up', { isDefault: true })
  .description('starts everything and runs until Ctrl-C')
  .action(() => {
    const config = ownConfig();
    return withDataFolder(config, (noteAddress) => up(config, noteAddress));
  });
program
  .command('check')
  .description('shows what is missing and how to get it; starts nothing')
  .action(async () => {
    const findings = await examine(ownConfig());
    for (const finding of findings) reportProgress(lineOf(finding));
    process.exitCode = findings.every(({ isThere }) => isThere) ? 0 : 1;
  });

/** @throws Error where an outside server is configured: the parts would go there, past the cluster */
function ownConfig(): Config {
  const config = loadConfig();
  const { embedded, connectionOptions } = temporalTarget(config);
  if (embedded) return config;
  throw new Error(
    `The cluster has servers of its own, and ${connectionOptions.address} is configured: unset TEMPORAL_ADDRESS (or TEMPORAL_PROFILE).`,
  );
}

const lineOf = ({ title, isThere, words }: Finding): string =>
  `${isThere ? 'ok     ' : 'missing'}  ${title}: ${words}`;

async function up(config: Config, noteAddress: LockNote): Promise<void> {
  const missing = (await examine(config)).filter(({ isThere }) => !isThere);
  if (missing.length > 0) throw new Error(missing.map(lineOf).join('\n'));
  const channels = await prepareStack(config);
  const processes = new ProcessesFile(processesFile(config));
  const supervisor = stackSupervisor(config, {
    onLine: reportLineOf,
    onProgress: (line) => {
      reportProgress(line);
      void processes.write(supervisor.pids); // a line may mean a new process
    },
  });
  await supervisor.run(clusterPlans(config), async () => {
    await processes.write(supervisor.pids);
    await noteAddress(apiUrls(config).join(', '));
    reportProgress(clusterWelcome(config, channels, supervisor.pids));
  });
  await processes.remove();
  reportProgress('Stopped.');
}

/** The process numbers on the disk, one change after the other, so that the last one stands. */
class ProcessesFile {
  private written = Promise.resolve();

  constructor(private readonly file: string) {}

  /** A cluster goes on without the list where it cannot be written, and says so. */
  write(pids: ReadonlyMap<string, number | undefined>): Promise<void> {
    const content = Object.fromEntries(pids);
    this.written = this.written
      .then(() => writeJsonFile(this.file, content))
      .catch((fault: unknown) => reportProgress(String(fault)));
    return this.written;
  }

  async remove(): Promise<void> {
    await this.written;
    await rm(this.file, { force: true });
  }
}

writeForOwnerOnly();
exitAfter(program.parseAsync());
