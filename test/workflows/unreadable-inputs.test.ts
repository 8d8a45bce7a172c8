import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import type { Payload } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { CANCEL_UPDATE, DECIDE_UPDATE } from '../../domain/purchase/protocol';
import type { purchase } from '../../workflows/purchase/purchase';
import { keyRingOf, type KeyRing } from '../../encryption/key-ring';
import { newKey } from '../../encryption/key-ring-file';
import { PayloadEncryption } from '../../encryption/payload-encryption';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, SLOW_POLICY } from '../support/orders';
import { PurchaseLab } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { fromGlobalSetup } from '../support/test-environment';

jest.setTimeout(120_000);

const { UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED: COMPLETED } =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage;
const ours = newKey(new Date());
const theirs = newKey(new Date());
const ringWith = (current: typeof ours, ...others: (typeof ours)[]): KeyRing =>
  keyRingOf({ current: current.id, keys: [current, ...others], shredded: [] });
const converterOf = (ring: KeyRing) => ({
  payloadCodecs: [new PayloadEncryption(ring, ring, { clearText: 'replace' })],
});
const claims = (keyId: string): Payload => ({
  metadata: { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from(keyId) },
  data: Buffer.from('nobody encrypted this'),
});

let server: TestWorkflowEnvironment;
beforeAll(async () => void (server = await localServer()));
afterAll(() => server.teardown());

function labWith(gateway: ScriptedGateway, ring: KeyRing): PurchaseLab {
  return new PurchaseLab(server, gateway, SLOW_POLICY, anOrder(), converterOf(ring));
}

/** With the lab’s own keys. */
const handleOf = (lab: PurchaseLab) =>
  lab.client.workflow.getHandle<typeof purchase>(lab.handle().workflowId);

/** An update as anyone who can write to Temporal sends it. @returns why it was refused */
async function sent(lab: PurchaseLab, name: string, args: Payload[]): Promise<string> {
  const { outcome } = await lab.client.workflowService.updateWorkflowExecution({
    namespace: lab.client.options.namespace,
    workflowExecution: { workflowId: lab.handle().workflowId },
    waitPolicy: { lifecycleStage: COMPLETED },
    request: { meta: { updateId: randomUUID() }, input: { name, args: { payloads: args } } },
  });
  return outcome?.failure?.message ?? 'it was not refused';
}

describe('an input that no key of ours decrypts', () => {
  it.each([
    ['of a key that is ours', ours.id],
    ['of a key that is not', theirs.id],
    ['of no key', ''],
  ])('is refused as an update, readably, and the purchase goes on: %s', async (_what, keyId) => {
    const gateway = new ScriptedGateway();
    const check = gateway.hold('check');
    const lab = labWith(gateway, ringWith(ours));
    const { outcome } = await lab.submitted(async () => {
      await check.arrived;
      for (const name of [CANCEL_UPDATE, DECIDE_UPDATE])
        expect(await sent(lab, name, [claims(keyId)])).toContain('unreadable: key missing, changed or moved');
      check.release({ kind: 'done' });
      return handleOf(lab).result();
    });
    expect(outcome).toBe('succeeded');
  });

  it('stops no purchase as a signal', async () => {
    const gateway = new ScriptedGateway();
    const check = gateway.hold('check');
    const lab = labWith(gateway, ringWith(ours));
    const { outcome } = await lab.submitted(async () => {
      await check.arrived;
      await lab.client.workflowService.signalWorkflowExecution({
        namespace: lab.client.options.namespace,
        workflowExecution: { workflowId: lab.handle().workflowId },
        signalName: 'cancel',
        input: { payloads: [claims(ours.id)] },
      });
      check.release({ kind: 'done' });
      return handleOf(lab).result();
    });
    expect(outcome).toBe('succeeded');
  });

  it('is not forgotten where it was accepted before its key was lost: the workflow task fails', async () => {
    const gateway = new ScriptedGateway();
    const check = gateway.hold('check');
    const lab = labWith(gateway, ringWith(ours, theirs));
    const byAnother = new PayloadEncryption(ringWith(theirs), ringWith(theirs));
    await lab.submitted(async () => {
      await check.arrived;
      const request = await byAnother.encode(
        [lab.client.options.loadedDataConverter.payloadConverter.toPayload({ by: 'lan', why: 'wrong' })],
        { type: 'workflow', namespace: lab.client.options.namespace, workflowId: lab.handle().workflowId },
      );
      const cancelled = sent(lab, CANCEL_UPDATE, request);
      await lab.untilUpdatesAccepted(1);
      check.release({ kind: 'done' });
      await cancelled;
      return handleOf(lab).result();
    });
    const history = await lab.handle().fetchHistory();
    const replay = (ring: KeyRing) =>
      Worker.runReplayHistory(
        { workflowBundle: { codePath: fromGlobalSetup('workflowBundle') }, dataConverter: converterOf(ring) },
        history,
        lab.handle().workflowId,
      );
    await expect(replay(ringWith(ours, theirs))).resolves.toBeUndefined();
    await expect(replay(ringWith(ours))).rejects.toThrow('unreadable: key missing, changed or moved');
  });
});

describe('an order that no key of ours decrypts', () => {
  it('waits for its key, and is sold when it is back', async () => {
    const lab = labWith(new ScriptedGateway(), ringWith(ours, theirs));
    const keyless = new PurchaseLab(
      server,
      new ScriptedGateway(),
      SLOW_POLICY,
      lab.order,
      converterOf(ringWith(theirs)),
    );
    await lab.submitUnattended();
    await keyless.run(() =>
      eventually('its workflow task to have failed', async () => {
        const { raw } = await handleOf(lab).describe();
        return (raw.pendingWorkflowTask?.attempt ?? 0) > 1 ? true : undefined;
      }),
    );
    expect((await handleOf(lab).describe()).status.name).toBe('RUNNING');
    expect((await lab.run(() => handleOf(lab).result())).outcome).toBe('succeeded');
  });
});
