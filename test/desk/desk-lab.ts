import { createServer, request as send, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { Client } from '@temporalio/client';
import { answeringConnection } from '../../client/connection/answering';
import { Blocks } from '../../client/blocks';
import { Cases } from '../../client/cases';
import { Control } from '../../client/control';
import { Inquiries } from '../../client/inquiries';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { TemporalNotices } from '../../client/temporal-notices';
import { Sessions } from '../../desk/access/sessions';
import type { SignIn } from '../../desk/access/sign-in-routes';
import { deskApp } from '../../desk/app';
import { BatchRuns } from '../../desk/batch/batch-runs';
import { QueueWatch } from '../../desk/queue/queue-watch';
import { Operations } from '../../operators/operations';
import { closeAtOnce, listen } from '../../runtime/listening';
import { createLogger } from '../../runtime/logging';
import { POLICY } from '../support/orders';

/** A desk before a Temporal that is not there: enough for all that is about who may come in. */
export interface DeskLab {
  url: string;
  /** Moves the desk's clock. */
  later(ms: number): void;
  /** Everything that was logged. */
  log(): string;
  stop(): Promise<void>;
}

export async function startDeskLab(
  signIn: SignIn | ((url: () => string) => SignIn),
  publicUrl?: string,
): Promise<DeskLab> {
  let passed = 0;
  let url = '';
  const lines: string[] = [];
  const logger = createLogger(
    'desk',
    'debug',
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const connection = answeringConnection({ address: '127.0.0.1:1', connectTimeout: 1_000 });
  const client = new Client({ connection });
  const settings = { taskQueue: 'none', policy: POLICY };
  const operations = new Operations(client);
  const control = new Control(client, 'none');
  const watch = new QueueWatch(client, 'none', control, () => undefined);
  const app = deskApp({
    client,
    taskQueue: 'none',
    watch,
    logger,
    publicUrl,
    signIn: typeof signIn === 'function' ? signIn(() => url) : signIn,
    sessions: new Sessions(() => passed),
    operations,
    batches: new BatchRuns(client, operations, tmpdir(), logger),
    channelBatches: { find: () => Promise.resolve(undefined) },
    inquiries: new Inquiries(client, settings),
    notices: new TemporalNotices(client, { ...settings, cursors: new ListCursors(cursorKeysOf(undefined)) }),
    cases: new Cases(client, settings),
    control,
    blocks: new Blocks(client, 'none'),
    webUi: null,
    subscriberHashes: undefined,
    pausable: () => ({ channels: ['demo'], packages: ['D90'] }),
    limitsOfNumbers: () => [],
  });
  const server = createServer(app);
  url = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0, setting: 'DESK_PORT' })}`;
  return {
    url,
    later: (ms) => void (passed += ms),
    log: () => lines.join(''),
    async stop() {
      watch.stop();
      await closeAtOnce(server);
      await connection.close();
    },
  };
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A browser of the simplest kind: keeps cookies, follows nothing. */
export class Visitor {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly base: string) {}

  /** Another who has the same cookies as now. */
  copy(): Visitor {
    const copy = new Visitor(this.base);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('GET', path, headers);
  }

  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.ask('POST', path, { ...type, ...headers }, new URLSearchParams(form).toString());
  }

  /** The token of the forms of a page. */
  async csrf(path = '/search'): Promise<string> {
    return /name="csrf" value="([^"]+)"/.exec((await this.get(path)).body)?.[1] ?? '';
  }

  private ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const asked = send(
        new URL(path, this.base),
        { method, headers: { cookie, ...headers } },
        (response) => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            if (value === '') this.cookies.delete(name);
            else this.cookies.set(name, value);
          }
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const { statusCode: status = 0, headers: answered } = response;
            resolve({ status, headers: answered, body: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      asked.on('error', reject).end(body);
    });
  }
}
