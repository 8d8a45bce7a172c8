import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { create, rotate, shred } from '../../cli/keys/ring';
import { keyRingOf } from '../../encryption/key-ring';
import { readKeyRing } from '../../encryption/key-ring-file';
import { PayloadEncryption } from '../../encryption/payload-encryption';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';

jest.setTimeout(120_000);

const NAMES = ['DATA_DIR', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);
const WHO = { by: 'lan', why: 'retention of October', yes: true, nothingLeft: false };

let server: TestWorkflowEnvironment;
let address: string;
let folder: string;
let old: string;
let said: string;
const ring = () => readKeyRing(path.join(folder, 'encryption-keys.json'));
const isThere = (id: string) => ring().keys.some((key) => key.id === id);

beforeAll(async () => {
  server = await localServer();
  ({ address } = server.connection.options);
});
afterAll(() => server.teardown());

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  Object.assign(process.env, { DATA_DIR: folder, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' });
  said = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  }
  await create({ giveUpData: false });
  old = ring().current;
  await rotate({});
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

/** Starts and ends a workflow with a memo, which this client encrypts or not. */
async function leaveTrace(client: Client): Promise<void> {
  const workflowId = `trace-${old}`;
  await client.workflow.start('any', { workflowId, taskQueue: 'nobody', memo: { order: 'x' } });
  await client.workflow.getHandle(workflowId).terminate();
  await eventually('it in the index, as over', async () => {
    const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Terminated'`;
    return (await client.workflow.count(query)).count > 0 ? true : undefined;
  });
}

describe('a key whose period seems to be over', () => {
  it('is not shredded where the namespace holds nothing of its ring, and it is said which was asked', async () => {
    await leaveTrace(server.client); // of another program
    for (const yes of [false, true]) {
      said = '';
      await shred(old, { ...WHO, yes });
      expect(said).toContain(`namespace "default" of ${address}`);
      expect(said).toContain('nothing was changed');
      expect(said).toContain('--nothing-left');
      expect(process.exitCode).toBe(1);
      expect(isThere(old)).toBe(true);
    }
  });

  it('is shredded there by whoever says that nothing is left of it', async () => {
    await shred(old, { ...WHO, nothingLeft: true });
    expect(isThere(old)).toBe(false);
    expect(process.exitCode).not.toBe(1);
  });

  it('is shredded where the namespace holds what a newer key of its ring encrypted', async () => {
    const keys = keyRingOf(ring());
    const { connection, options } = server.client;
    const dataConverter = { payloadCodecs: [new PayloadEncryption(keys, keys)] };
    await leaveTrace(new Client({ connection, namespace: options.namespace, dataConverter }));
    await shred(old, { ...WHO, yes: false });
    expect(said).toContain(`namespace "default" of ${address}`);
    expect(said).toContain('Add --yes');
    expect(isThere(old)).toBe(true);
    await shred(old, WHO);
    expect(isThere(old)).toBe(false);
    expect(process.exitCode).not.toBe(1);
  });

  it('is not shredded where a process goes on with it, whatever the ring says of when its period ended', async () => {
    const file = path.join(folder, 'encryption-keys.json');
    const early = new Date(Date.now() - 3_600_000).toISOString(); // as a clock that is behind says
    const written = ring();
    const keys = written.keys.map((key) =>
      key.id === old ? { ...key, madeAt: early, retiredAt: early } : key,
    );
    writeFileSync(file, JSON.stringify({ ...written, keys }));
    const lagging = keyRingOf({ ...written, current: old });
    const { connection, options } = server.client;
    const dataConverter = { payloadCodecs: [new PayloadEncryption(lagging, lagging)] };
    const client = new Client({ connection, namespace: options.namespace, dataConverter });
    const workflowId = `under-${old}`;
    const handle = await client.workflow.start('any', {
      workflowId,
      taskQueue: 'nobody',
      memo: { order: 'x' },
    });
    await eventually('it in the index', async () =>
      (await client.workflow.count(`WorkflowId = '${workflowId}'`)).count > 0 ? true : undefined,
    );
    await shred(old, WHO);
    expect(said).toContain(
      `begun under it after its period, by a process that had not read the changed ring: ${workflowId}`,
    );
    expect([isThere(old), process.exitCode]).toEqual([true, 1]);
    await handle.terminate();
  });
});
