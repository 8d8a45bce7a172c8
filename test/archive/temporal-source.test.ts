import { readFile } from 'node:fs/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { dayFiles } from '../../archive/archive-files';
import type { ReadablePurchase } from '../../archive/archived-purchase';
import { TemporalPurchaseSource } from '../../archive/temporal-source';
import { localDay } from '../../domain/local-time';
import type { Purchase } from '../../domain/purchase/purchase';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { SweepLab } from '../support/sweep-lab';
import { exported, newArchive, removeArchives } from './archived-day';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());
afterAll(removeArchives);

/** A purchase that stays open would be taken on by the next story's worker. */
let opened: SweepLab;
beforeEach(() => void (opened = new SweepLab(server)));
afterEach(() => opened.handle(opened.order).terminate().catch(nothingIfOver));

function nothingIfOver(fault: unknown): void {
  if (!(fault instanceof WorkflowNotFoundError)) throw fault;
}

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;

/** A purchase that is open in a state of the story's choice; no worker is left. */
function untilOpen(lab: SweepLab, holds: (purchase: Purchase) => boolean): Promise<void> {
  return lab.run(() => lab.sellUntil('the open purchase', holds));
}

/** Exports the lab's day as the command does, and reads what it wrote of the lab's purchase. */
async function exportedLine(lab: SweepLab) {
  const { order } = lab;
  const day = localDay(new Date(order.acceptedAt));
  const query = `PurchaseId = '${order.purchaseId}'`;
  await eventually('the purchase in the index', async () =>
    (await lab.client.workflow.count(query)).count > 0 ? true : undefined,
  );
  const archive = await newArchive();
  const { manifest } = await exported(archive, new TemporalPurchaseSource(lab.client), {}, day);
  const lines = (await readFile(dayFiles(archive, day).purchases, 'utf8')).trimEnd().split('\n');
  const purchases = lines.map((line) => JSON.parse(line) as ReadablePurchase); // what the export wrote
  return { manifest, line: purchases.find(({ purchaseId }) => purchaseId === order.purchaseId) };
}

const stepsOf = (line: ReadablePurchase | undefined) =>
  line?.steps.map(({ step, status, attempts }) => `${step} ${status} ${attempts}`);

describe('the export of a day with a purchase that is still open', () => {
  it('writes what is known of it, with the attempts that no history has yet, and calls the day incomplete', async () => {
    const lab = opened;
    lab.gateway.script('charge', NO_REPLY);
    lab.gateway.answerInquiries(NO_REPLY);
    await untilOpen(lab, ({ state }) => state === 'charging');
    const { manifest, line } = await exportedLine(lab);
    expect(manifest).toMatchObject({ complete: false, counts: { unreadable: 0 } });
    expect(line).toMatchObject({
      state: 'charging',
      outcome: null,
      unreadable: false,
      run: { status: 'RUNNING', closedAt: null },
      order: { externalId: lab.order.externalId },
    });
    expect(stepsOf(line)).toEqual([
      'check done 1',
      'register done 1',
      expect.stringMatching(/^charge running [1-9]/),
    ]);
  });

  it('writes one that nobody has worked on yet', async () => {
    const lab = opened;
    await lab.purchases.submit(lab.order, 0);
    const { line } = await exportedLine(lab);
    expect(line).toMatchObject({ state: 'accepted', run: { status: 'RUNNING', closedAt: null }, steps: [] });
  });

  it('writes one that needs attention, and one that was terminated', async () => {
    const lab = opened;
    lab.gateway.script('charge', { kind: 'broken_contract', detail: 'not JSON' });
    await untilOpen(lab, ({ attention }) => attention !== null);
    expect((await exportedLine(lab)).line).toMatchObject({ needsAttention: true, state: 'charging' });
    await lab.terminate();
    expect((await exportedLine(lab)).line).toMatchObject({
      needsAttention: true,
      attentionReason: 'workflow_closed',
      run: { status: 'TERMINATED', closedAt: expect.any(String) as string },
    });
  });
});
