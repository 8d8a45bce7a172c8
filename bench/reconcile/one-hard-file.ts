import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { BreakSpool } from '../../reconciliation/break-spool';
import type { InternalSide } from '../../reconciliation/internal-purchase';
import { DEFAULT_SETTINGS, reconcile } from '../../reconciliation/reconcile';
import { keepReport } from '../../reconciliation/report-files';
import { SettlementFile } from '../../reconciliation/settlement-file';
import { SettlementFileFault } from '../../reconciliation/settlement-text';
import { SYNTHETIC_DAY } from './synthetic-day';

/** What reading one hard file and keeping its report came to; printed by a process of its own, whose memory is measured. */
export const hardFileSchema = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMegabytes: z.number(),
  /** Of the JSON report; null where the file was refused. */
  reportKilobytes: z.number().nullable(),
});

const NO_PURCHASES: InternalSide = {
  async *purchasesOf() {},
  find: () => Promise.resolve(undefined),
};

async function measure(file: string): Promise<z.infer<typeof hardFileSchema>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-hard-'));
  const startedAt = performance.now();
  try {
    const [report] = await compared(file, folder);
    const { user, system } = process.cpuUsage();
    return {
      seconds: (performance.now() - startedAt) / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMegabytes: process.resourceUsage().maxRSS / 1024, // it is told in kilobytes
      reportKilobytes: report === undefined ? null : (await stat(report)).size / 1024,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns the files of the report; none where the file was refused */
function compared(file: string, folder: string): Promise<string[]> {
  return BreakSpool.during(async (spool) => {
    const source = new SettlementFile(createReadStream(file));
    try {
      const report = await reconcile({
        day: SYNTHETIC_DAY,
        internal: NO_PURCHASES,
        files: [{ role: 'day', source }],
        onBreak: spool.add,
        settings: DEFAULT_SETTINGS,
      });
      const badLines = source.allBadLines();
      return await keepReport(report, folder, undefined, {
        csv: spool.csv(),
        files: [{ role: 'day', badLines }],
      });
    } catch (fault) {
      if (fault instanceof SettlementFileFault) return [];
      throw fault;
    }
  });
}

if (require.main === module) {
  void measure(process.argv[2] ?? '').then((measured) => process.stdout.write(JSON.stringify(measured)));
}
