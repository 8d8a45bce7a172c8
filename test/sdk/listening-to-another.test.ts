import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { visibleText as ours } from '../../domain/harmless-text';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { visibleText } from '../../sdk/visible-text';

const FORGED = '2026-12-01T00:00:00.000Z  purchase.refund_due  forged  refund_pur_x  200  3 ms';
const HOSTILE = `t\u001b[2J\u001b]0;owned\u0007\u202e\n${FORGED}`;

/** Runs the command against what answers in the API's place, until it has complained. @returns all that it wrote */
async function saidTo(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const entry = typescriptEntry(path.resolve('sdk/datacode-listen.ts'));
  const words = ['--forward-to', '9', '--api', `http://127.0.0.1:${port}`];
  const command = spawn(process.execPath, [...entry, ...words], {
    env: { ...process.env, DATACODE_KEY: 'dck_test_key' },
  });
  let said = '';
  const hear = (part: Buffer): void => {
    said += part.toString();
    if (said.includes('3 ms')) command.kill(); // the last words of what is answered
  };
  command.stdout.on('data', hear);
  command.stderr.on('data', hear);
  await once(command, 'close');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return said;
}

describe('what answers a developer who listens, in the place of the API', () => {
  it('forges no line in the terminal and drives nothing there', async () => {
    const said = await saidTo((_, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({
          type: 'about:blank',
          code: 'forbidden',
          title: HOSTILE,
          status: 403,
          detail: HOSTILE,
          retryable: false,
        }),
      );
    });
    expect(said).toContain('t\\u001b[2J');
    expect(said).not.toMatch(/[^\P{C}\n]/u);
    expect(said.split('\n')).not.toContainEqual(expect.stringMatching(/^2026-12-01/));
  });

  it('is shown by the same rule as all else that people read from outside', () => {
    for (const text of [HOSTILE, 'Gói D90\u200b', '\ud800', '\u{e0001}'])
      expect(visibleText(text)).toBe(ours(text));
  });
});
