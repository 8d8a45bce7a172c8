import { createReadStream } from 'node:fs';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { TemporalHistoryReader } from '../../reconciliation/history-reader';
import { VisibilitySide } from '../../reconciliation/visibility-side';
import { DEFAULT_SETTINGS, reconcile } from '../../reconciliation/reconcile';
import { SettlementFile } from '../../reconciliation/settlement-file';
import type { LocalDay } from '../../domain/local-time';
import { EveryHistory } from './every-history';

/** What one way of reconciling a day came to; printed by this process of its own, whose memory is told. */
export const measuredSchema = z.object({
  purchases: z.number(),
  lines: z.number(),
  breaks: z.number(),
  milliseconds: z.number(),
  /** Visibility pages and histories that were asked for. */
  pages: z.number(),
  histories: z.number(),
  peakMegabytes: z.number(),
});
export type Measured = z.infer<typeof measuredSchema>;

const WAYS = { visibility: VisibilitySide, histories: EveryHistory } as const;
export type Way = keyof typeof WAYS;

async function measure(way: Way, address: string, day: LocalDay, file: string): Promise<Measured> {
  const asked = new Map<string, number>();
  const counting: Interceptor = (options, next) => {
    const name = options.method_definition.path.split('/').at(-1) ?? '';
    asked.set(name, (asked.get(name) ?? 0) + 1);
    return new InterceptingCall(next(options));
  };
  const connection = await Connection.connect({ address, interceptors: [counting] });
  const client = new Client({ connection });
  const startedAt = performance.now();
  const report = await reconcile({
    day,
    internal: new WAYS[way](client),
    files: [{ role: 'day', source: new SettlementFile(createReadStream(file)) }],
    history: new TemporalHistoryReader(client, null),
    settings: DEFAULT_SETTINGS,
  });
  const milliseconds = performance.now() - startedAt;
  await connection.close();
  const { totals, files, breaks } = report;
  return {
    purchases: totals.ours.count + totals.refunds.toCustomers.count,
    lines: files.reduce((sum, { goodLines }) => sum + goodLines, 0),
    breaks: breaks.length,
    milliseconds,
    pages: asked.get('ListWorkflowExecutions') ?? 0,
    histories: asked.get('GetWorkflowExecutionHistory') ?? 0,
    peakMegabytes: process.resourceUsage().maxRSS / 1024, // it is told in kilobytes
  };
}

if (require.main === module) {
  const [way, address, day, file] = z
    .tuple([z.enum(['visibility', 'histories']), z.string(), z.string(), z.string()])
    .parse(process.argv.slice(2));
  void measure(way, address, day as LocalDay, file).then(
    (measured) => process.stdout.write(JSON.stringify(measured)),
    (fault: unknown) => {
      process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
      process.exitCode = 1;
    },
  );
}
