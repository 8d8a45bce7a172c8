import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { costsOf, type CpuProfile } from './profile-costs';

/** More would hide what matters. */
const MOST_ROWS = 25;

/** `npm run bench:profile`: where the processes of a run spent their time, from what `BENCH_CPU_PROFILES` kept. */
function tell(folder: string, { skip }: { skip: number }): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as CpuProfile; // written by Node
    const { entry, busySeconds, byPackage, byFunction } = costsOf(profile, skip);
    const rows = (costs: readonly { what: string; share: number }[]) =>
      costs
        .slice(0, MOST_ROWS)
        .map(({ what, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${what}`);
    process.stdout.write(
      [
        `${entry}: ${busySeconds.toFixed(1)} s busy`,
        ...rows(byPackage),
        ' by function',
        ...rows(byFunction),
        '',
        '',
      ].join('\n'),
    );
  }
}

void new Command('bench:profile')
  .description('Tells where the processes of a run of the bench spent their time.')
  .argument('<folder>', 'what BENCH_CPU_PROFILES named in that run')
  .option('--skip <seconds>', 'of each process’s life at its beginning', Number, 15)
  .action(tell)
  .parseAsync();
