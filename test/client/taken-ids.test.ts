import type { Client, WorkflowStartOptions } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import { dayInFull, dayLine, exitOf } from '../../cli/reconcile/day-words';
import { BreakRegisters } from '../../client/break-registers';
import { Cases } from '../../client/cases';
import { Control } from '../../client/control';
import type { DecisionsUnreadable } from '../../client/decided-state';
import { IdTaken } from '../../client/id-taken';
import { NoticeWorkflows } from '../../client/notice-workflows';
import type { CaseOrder } from '../../domain/case/case';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { CONTROL_MEMO, CONTROL_WORKFLOW, CONTROL_WORKFLOW_ID, NOTHING_PAUSED } from '../../domain/control';
import { caseId, refundNoticeId } from '../../domain/identifiers';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import { DAY_BREAKS_WORKFLOW } from '../../domain/reconciliation/break-register';
import {
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
} from '../../domain/reconciliation/reconciliation';
import { vnd } from '../../domain/vnd';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import { encryptedClient } from '../support/encrypted-client';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';
import { RECONCILIATION_POLICY } from '../support/reconciliation-lab';

const TASK_QUEUE = 'ours-without-a-worker';
const FIRST = localDay(new Date('2026-03-01T03:00:00Z'));

let server: TestWorkflowEnvironment;
let encrypted: Client;
let days: ReconciliationDays;
beforeAll(async () => {
  server = await localServer();
  encrypted = encryptedClient(server.client, { clearText: 'refuse' });
  days = new ReconciliationDays(encrypted, { taskQueue: TASK_QUEUE });
});
afterAll(() => server.teardown());

interface ForeignStart extends Partial<Pick<WorkflowStartOptions, 'taskQueue' | 'startDelay' | 'memo'>> {
  type?: string;
  args?: unknown[];
  /** With the keys, as a copy of what is stored would be. */
  isEncrypted?: boolean;
}

/** Starts a workflow under an id of ours, as whoever can write to Temporal can. */
async function take(
  workflowId: string,
  { type = RECONCILIATION_WORKFLOW, args = [], isEncrypted = false, ...options }: ForeignStart,
) {
  const client = isEncrypted ? encrypted : server.client;
  await client.workflow.start(type, { workflowId, taskQueue: TASK_QUEUE, args, ...options });
}

function wayOut(workflowId: string, verb = 'terminate'): string {
  return `temporal workflow ${verb} --workflow-id ${workflowId}`;
}

describe('a day whose reconciliation’s id somebody has taken', () => {
  const ways: [string, (day: LocalDay) => ForeignStart, string][] = [
    ['another type', () => ({ type: 'somebodys' }), 'its type is "somebodys"'],
    [
      'another task queue',
      (day) => ({ taskQueue: 'nobodys', args: [day, RECONCILIATION_POLICY], isEncrypted: true }),
      'its task queue is "nobodys"',
    ],
    ['an input in clear', (day) => ({ args: [day, RECONCILIATION_POLICY] }), 'data is in clear'],
    ['no input', () => ({ isEncrypted: true }), 'its input is not what we start it with'],
    [
      'the input of another day',
      (day) => ({ args: [daysAfter(day, -40), RECONCILIATION_POLICY], isEncrypted: true }),
      'its input is not what we start it with',
    ],
    [
      'a start that is put off',
      (day) => ({ startDelay: '90 days', args: [day, RECONCILIATION_POLICY], isEncrypted: true }),
      'it begins only at',
    ],
  ];
  it.each(ways.map(([how, start, why], at) => ({ how, start, why, day: daysAfter(FIRST, at) })))(
    'is told so, and how it can be reconciled again: $how',
    async ({ day, start, why }) => {
      const workflowId = reconciliationWorkflowId(day);
      await take(workflowId, start(day));
      const fault: unknown = await days.begin(day, RECONCILIATION_POLICY).catch((thrown: unknown) => thrown);
      expect(fault).toBeInstanceOf(IdTaken);
      const { message } = fault as IdTaken; // just checked
      expect(message).toContain(why);
      expect(message).toContain(wayOut(workflowId));
      expect(await days.standings([day])).toEqual([{ day, standing: 'taken', taken: message }]);
      await expect(days.carriedOver(day)).rejects.toThrow(message);
      const [listed] = await eventually('the day in the list', async () => {
        const runs = await days.list({ from: day, to: day });
        return runs.length > 0 ? runs : undefined;
      });
      if (!listed) throw new Error('it was just there');
      expect(dayLine(listed)).toContain(message);
      expect(dayInFull(listed).join('\n')).toContain(message);
      expect(exitOf(listed)).toBe(2);
      await server.client.workflow.getHandle(workflowId).terminate();
      expect(await days.begin(day, RECONCILIATION_POLICY)).toBe(true);
    },
  );

  it('is not one that waits for a worker of ours', async () => {
    const day = daysAfter(FIRST, 100);
    expect(await days.begin(day, RECONCILIATION_POLICY)).toBe(true);
    expect(await days.begin(day, RECONCILIATION_POLICY)).toBe(false);
    expect(await days.standings([day])).toEqual([{ day, standing: 'running' }]);
  });
});

describe('a register of breaks whose id somebody has taken', () => {
  it('is not said to have been told what a comparison found', async () => {
    const day = daysAfter(FIRST, 200);
    await take(`breaks:${day}`, { type: DAY_BREAKS_WORKFLOW });
    const registers = new BreakRegisters(encrypted);
    const seen = { day, digest: 'x', files: 'day sha256:1', breaks: [], more: { count: 0, atStake: 0 } };
    const settings = { taskQueue: TASK_QUEUE, policy: { alertAfterMs: 1, alertAmount: 1 } };
    await expect(registers.observe(seen, settings)).rejects.toThrow(wayOut(`breaks:${day}`));
    expect(await registers.read([day])).toEqual({ read: [], unreadDays: [], unreadable: [`breaks:${day}`] });
  });
});

describe('a case whose id somebody has taken', () => {
  it('is not said to be open', async () => {
    const order = anOrder();
    const subject = { kind: 'make_good' } as const;
    const id = caseId(order.purchaseId, subject);
    await take(id, { type: CASE_WORKFLOW });
    const opening: CaseOrder = {
      id,
      subject,
      purchase: order,
      outcome: 'succeeded',
      evidence: {
        day: FIRST,
        breakKind: 'missing_there',
        atStake: vnd(1),
        references: [],
        detail: 'x',
        settlementFile: 'sha256:1',
      },
      openedAt: '2026-03-02T03:00:00.000Z',
      by: 'lan',
      why: 'the file says so',
    };
    const cases = new Cases(encrypted, { taskQueue: TASK_QUEUE, policy: POLICY });
    await expect(cases.start(opening)).rejects.toThrow(wayOut(id, 'delete'));
    const { namespace } = encrypted.options;
    const workflowExecution = { workflowId: id };
    await encrypted.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
    await eventually('the case can be opened', async () =>
      (await cases.start(opening).catch(() => undefined)) ? true : undefined,
    );
    expect(await cases.start(opening)).toEqual({ kind: 'known', id });
  });
});

describe('an act of a person that would go to a workflow that is not ours', () => {
  it('is refused at once, and nobody is told that it is under way: a notice that is sent again', async () => {
    const { channel, purchaseId, externalId, faceValue } = anOrder();
    const id = refundNoticeId(purchaseId);
    await take(`notice:${id}`, { type: 'somebodys' });
    const notice = {
      id,
      purchaseId,
      externalId,
      outcome: 'given_up',
      refusal: 'given_up_by_operator',
      amount: faceValue,
      occurredAt: '2026-03-02T03:00:00.000Z',
    } as const;
    const notices = new NoticeWorkflows(encrypted, { taskQueue: TASK_QUEUE, policy: POLICY });
    await expect(notices.deliver({ channel, notice })).rejects.toThrow(wayOut(`notice:${id}`));
  });

  it('is refused at once, with the runbook: a pause that is told to a copy on a queue of theirs', async () => {
    const { channel } = anOrder();
    await take(CONTROL_WORKFLOW_ID, { type: CONTROL_WORKFLOW, ...copyOfNothingPaused() });
    const pause = new Control(encrypted, TASK_QUEUE).pause({
      scope: { kind: 'channel', channel },
      by: 'lan',
      why: 'fraud was seen',
    });
    const fault: unknown = await pause.catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ runbook: 'control-taken' });
    expect(String((fault as DecisionsUnreadable).cause)).toContain('its task queue is "nobodys"'); // just checked
  });

  function copyOfNothingPaused() {
    return {
      taskQueue: 'nobodys',
      args: [NOTHING_PAUSED],
      memo: { [CONTROL_MEMO]: NOTHING_PAUSED },
      isEncrypted: true,
    };
  }
});
