import { createServer } from 'node:http';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { runPart } from '../../runtime/process';
import { listenOnLoopback } from '../lab/listening';
import type { NaiveSale } from '../yardstick/naive-sale';
import { fiveCalls } from './five-calls';

/** The five calls on DBOS: a workflow in this very process, each step recorded in PostgreSQL. */
runPart(async () => {
  const calls = fiveCalls();
  const purchase = DBOS.registerWorkflow(
    async (sale: NaiveSale): Promise<'succeeded'> => {
      for (const { name, call } of calls) await DBOS.runStep(() => call(sale), { name });
      return 'succeeded';
    },
    { name: 'purchase' },
  );
  DBOS.setConfig({
    name: 'datacode-bench',
    systemDatabaseUrl: process.env['PEER_DATABASE_URL'],
    runAdminServer: false,
    logLevel: 'error',
  });
  await DBOS.launch();
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const piece of request.setEncoding('utf8')) body += String(piece);
      const sale = JSON.parse(body) as NaiveSale; // sent by our own load
      const handle = await DBOS.startWorkflow(purchase, { workflowID: sale.purchaseId })(sale);
      response.end(JSON.stringify({ outcome: await handle.getResult() }));
    })().catch((fault: unknown) => response.writeHead(500).end(String(fault)));
  });
  const port = await listenOnLoopback(server);
  return {
    details: { port },
    async stop() {
      server.close();
      server.closeAllConnections();
      await DBOS.shutdown();
    },
  };
});
