import { createServer } from 'node:http2';
import * as restate from '@restatedev/restate-sdk';
import { runPart } from '../../runtime/process';
import { listenOnLoopback } from '../lab/listening';
import type { NaiveSale } from '../yardstick/naive-sale';
import { fiveCalls } from './five-calls';

/** Restate's SDK is made for Node 22 and newer, and this is all that it misses on 20. */
Promise.withResolvers ??= function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: PromiseWithResolvers<T>['resolve'] = () => undefined;
  let reject: PromiseWithResolvers<T>['reject'] = () => undefined;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
};

/** The five calls on Restate: a workflow that its server drives over HTTP/2, each step recorded in its log. */
runPart(async () => {
  const calls = fiveCalls();
  const purchase = restate.workflow({
    name: 'purchase',
    handlers: {
      run: async (context: restate.WorkflowContext, sale: NaiveSale): Promise<{ outcome: 'succeeded' }> => {
        for (const { name, call } of calls) await context.run(name, () => call(sale));
        return { outcome: 'succeeded' };
      },
    },
  });
  const endpoint = restate.createEndpointHandler({ services: [purchase] });
  const server = createServer(endpoint);
  const port = await listenOnLoopback(server);
  return {
    details: { port },
    async stop() {
      server.close();
    },
  };
});
