import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COLUMNS, COLUMNS_PATH } from '../../dev/temporal/ui-columns';
import { openUiDoor, type UiDoor } from '../../dev/temporal/ui-door';
import { limitedSettings } from '../../dev/temporal/ui-limits';
import { closeAtOnce } from '../../runtime/listening';
import { describeInChromium, launchChromium, newPage } from '../support/chromium';

jest.setTimeout(300_000); // for a browser on a busy machine

const HOST = '127.0.0.1';
const UPDATE = '/api/v1/namespaces/default/workflows/x/update/decide?y';
let ui: Server;
let door: UiDoor;
const asked: string[] = [];
beforeAll(async () => {
  ui = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => (body += String(chunk)));
    incoming.on('end', () => {
      asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.host} ${body}`);
      response.writeHead(201, { 'Set-Cookie': '_csrf=secret' });
      response.end('the page');
    });
  });
  await new Promise<void>((resolve) => ui.listen(0, HOST, resolve));
  const { port } = ui.address() as AddressInfo; // a listening TCP server
  door = await openUiDoor({ host: HOST, port: 0 }, { host: HOST, port });
});
afterAll(async () => {
  await door.stop();
  await closeAtOnce(ui);
});
beforeEach(() => void (asked.length = 0));

function ask(
  host: string,
  body = '',
  path = UPDATE,
): Promise<{ status: number; text: string; cookie: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: HOST,
      port: door.port,
      method: 'POST',
      path,
      headers: { host },
    });
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, cookie: response.headers['set-cookie'] }),
      );
    });
    sent.end(body);
  });
}

describe('the door before Temporal’s Web UI', () => {
  it.each(['127.0.0.1:8233', 'localhost:8233', '[::1]:8233', 'localhost'])(
    'passes on what a browser asks of %s, and the answer',
    async (host) => {
      expect(await ask(host, 'hello')).toEqual({ status: 201, text: 'the page', cookie: ['_csrf=secret'] });
      expect(asked).toEqual([`POST ${UPDATE} ${host} hello`]);
    },
  );

  it.each([
    'evil.example',
    'evil.example:8233',
    '127.0.0.1.evil.example:8233',
    'localhost.',
    'a:b:c',
    '1.2.3.4.5',
  ])('lets nothing through of a page that pointed its own name %s at this machine', async (host) => {
    const { status, cookie } = await ask(host);
    expect({ status, cookie }).toEqual({ status: 403, cookie: undefined });
    expect(asked).toEqual([]);
  });
});

describe('what ends or begins a purchase by one click', () => {
  it.each([
    '/api/v1/./namespaces/default/workflows/purchase%3Ademo%3Ax/terminate',
    '/api/v1/namespaces/default/workflows/y/../purchase%3Ademo%3Ax/terminate',
    '/x/../api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/terminate',
    '/x/%2e%2e/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/terminate',
    '/x/..%2fapi/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/terminate',
    '/api/v1/namespaces/default/workflows/y/reset/../../purchase%3Ademo%3Ax/cancel',
    '/api/v1/namespaces/default/workflows/..%5c%zz/signal/y',
    '//api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/terminate',
  ])('is not passed on, however its path is written: %s', async (path) => {
    expect((await ask(`${HOST}:${door.port}`, '', path)).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it.each([
    ['POST', '/api/v1/namespaces/default/workflows/x/signal-with-start/y'],
    ['POST', '/api/v1/namespaces/default/schedules/x'],
    ['POST', '/api/v1/namespaces/default/schedules/x/update'],
    ['DELETE', '/api/v1/namespaces/default/schedules/closed-purchases'],
    ['POST', '/api/v1/namespaces/default/schedules/closed-purchases/patch'], // paused, it opens no case
    ['POST', '/api/v1/namespaces/default/workflows/x/update-options'], // which build goes on with it
    ['POST', '/api/v1/namespaces/default/activities/x'],
    ['POST', '/api/v1/namespaces/default/activities/x/complete'],
    ['POST', '/api/v1/namespaces/default/workflows/x/activities/y/fail'],
    ['PUT', '/api/v1/namespaces/default'],
    // which workers get the new purchases
    [
      'POST',
      '/api/v1/namespaces/default/workflows/temporal-sys-worker-deployment%3Ax/update/set-current-version',
    ],
    ['POST', '/api/v1/namespaces/default/workflows/%2574emporal-sys-worker-deployment%3Ax/reset'],
  ])('is not passed on, whichever other way Temporal has for it: %s %s', async (method, path) => {
    const { status } = await fetch(`http://${HOST}:${door.port}${path}`, { method });
    expect(status).toBe(403);
    expect(asked).toEqual([]);
  });

  it.each([
    '/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/terminate',
    '/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/cancel?a=b',
    '/api/v1/namespaces/default/workflows/started-by-hand',
    '/api/v1/namespaces/default/batch-operations/one',
    '/api/v1/namespaces/default/workflows/batch%3Ademo%3Ax/signal/cancelBatch',
    '/api/v1/namespaces/default/workflows/breaks%3A2026-11-30/signal/accountFor',
    '/api/v1/namespaces/default/workflows/control/reset',
    '/api/v1/namespaces/default/workflows/%63ontrol/reset?x',
    '/api/v1/namespaces/default/workflows/%2563ontrol/reset',
    '/api/v1/namespaces/default/workflows/%25252562locks/reset',
    '/api/v1/namespaces/default/workflows/blocks/reset',
  ])('is not passed on: %s', async (path) => {
    const { status } = await fetch(`http://${HOST}:${door.port}${path}`, { method: 'POST' });
    expect(status).toBe(403);
    expect(asked).toEqual([]);
  });

  it.each([
    '/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/update/decide',
    '/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/reset',
    '/api/v1/namespaces/default/workflows/notice%3Ax/signal/deliverNow',
    '/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/query/__temporal_workflow_metadata',
    '/api/v1/namespaces/default/activities-deprecated/pause',
    '/api/v1/namespaces/default/activities/x/reset',
    '/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/activities/y/update-options',
    '/api/v1/namespaces/default/activities-deprecated/update-options',
  ])('is all that is held back; runbooks use %s', async (path) => {
    const { status } = await fetch(`http://${HOST}:${door.port}${path}`, { method: 'POST' });
    expect(status).toBe(201);
  });

  const RESET = '/api/v1/namespaces/default/workflows/purchase%3Ademo%3Ax/reset';
  const pinned = { updateWorkflowOptions: { updateMask: 'versioningOverride' } };

  it.each([
    ['what else is done then', JSON.stringify({ reason: 'r', postResetOperations: [pinned] })],
    ['the same by its other name', JSON.stringify({ reason: 'r', post_reset_operations: [pinned] })],
    ['a member that no page sends', JSON.stringify({ reason: 'r', somethingNew: {} })],
    ['no JSON', 'reason=r'],
    ['more than a reset ever has', JSON.stringify({ reason: 'r'.repeat(2 ** 20) })],
  ])('is not passed on within a reset: %s', async (_, body) => {
    expect((await ask('127.0.0.1', body, RESET)).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('is passed on whole where it is a reset as the pages send it', async () => {
    const body = JSON.stringify({
      workflowExecution: { workflowId: 'purchase:demo:x', runId: 'y' },
      workflowTaskFinishEventId: '4',
      requestId: 'z',
      reason: 'Bắt đầu lại',
      resetReapplyExcludeTypes: [1],
    });
    expect((await ask('127.0.0.1', body, RESET)).status).toBe(201);
    expect(asked).toEqual([`POST ${RESET} 127.0.0.1 ${body}`]);
  });

  it('is not offered by the pages, whatever else the server says of them', () => {
    const given = JSON.stringify({
      Version: '2.54.1',
      WorkflowTerminateDisabled: false,
      WorkflowResetDisabled: false,
    });
    expect(JSON.parse(limitedSettings(given))).toEqual({
      Version: '2.54.1',
      WorkflowTerminateDisabled: true,
      WorkflowCancelDisabled: true,
      StartWorkflowDisabled: true,
      BatchActionsDisabled: true,
      WorkflowResetDisabled: false,
    });
    expect(limitedSettings('no JSON')).toBe('no JSON');
  });

  it('is taken from the settings on their way', async () => {
    const answer = await fetch(`http://${HOST}:${door.port}/api/v1/settings?`);
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe('the page'); // this UI's own are no JSON, and are passed on as they are
  });
});

describeInChromium('the link that adds an operator’s columns', () => {
  it('keeps them where the Web UI looks for them, for the namespace that it names, and leads to the list', async () => {
    const browser = await launchChromium();
    try {
      const page = await newPage(browser);
      await page.goto(`http://127.0.0.1:${door.port}${COLUMNS_PATH}?namespace=shop`);
      await page.waitForURL('**/namespaces/shop/workflows');
      const kept = await page.evaluate<string>('localStorage.getItem("namespace-workflow-table-columns")');
      expect(JSON.parse(kept)).toEqual({ shop: COLUMNS.map((label) => ({ label })) });
      expect(COLUMNS).toContain('AttentionSince');
    } finally {
      await browser.close();
    }
  });
});
