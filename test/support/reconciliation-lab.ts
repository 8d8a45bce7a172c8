import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import './quiet-runtime';
import { createOperationsActivities, createReconciliationActivities } from '../../activities';
import type { ReconciliationTools } from '../../activities/reconciliation-activities';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import type { NoticeVerdict } from '../../channel/signed-delivery';
import type { OperationsEvent } from '../../domain/notice/operations-events';
import type { LocalDay } from '../../domain/local-time';
import type {
  FetchedSettlement,
  ReconciledDay,
  ReconciliationPolicy,
} from '../../domain/reconciliation/reconciliation';
import type { FetchOutcome, WantedFile } from '../../domain/reconciliation/settlement-source';
import { fromGlobalSetup } from './test-environment';

/** What the lab's source hands out; its digest. */
export const EMPTY_FILE = createHash('sha256').digest('hex');

export const RECONCILIATION_QUEUE = 'reconciliation-lab';

/** In workflow time. */
export const RECONCILIATION_POLICY: ReconciliationPolicy = {
  lookBackDays: 5,
  patience: 6 * 3_600_000,
  attemptTimeout: 600_000,
  heartbeatTimeout: 60_000,
};

type Compared = Awaited<ReturnType<ReconciliationTools['reconcileDay']>>;

/** Real workflows and activities around a source, a comparison and operations of the test's choice. */
export class ReconciliationLab {
  readonly days: ReconciliationDays;
  /** Days that were compared, in order, with the roles of their files. */
  readonly compared: { day: LocalDay; roles: string[] }[] = [];
  readonly told: OperationsEvent[] = [];
  /** Whatever is asked for is there, unless the test says otherwise. */
  fetch: (wanted: WantedFile) => Promise<FetchOutcome> = async () => ({ kind: 'fetched' });
  /** Clean, unless the test says otherwise. */
  compare: (
    day: LocalDay,
    files: readonly FetchedSettlement[],
    otherFiles: (day: LocalDay) => Promise<readonly FetchedSettlement[]>,
  ) => Promise<Compared> = async (day) => reconciledDay(day);
  /** Taken, unless the test says otherwise. */
  tell: (event: OperationsEvent) => Promise<NoticeVerdict> = async () => ({ kind: 'delivered' });
  hasCorrections = false;

  constructor(private readonly environment: TestWorkflowEnvironment) {
    this.days = new ReconciliationDays(environment.client, { taskQueue: RECONCILIATION_QUEUE });
  }

  /** Runs a story with a worker beside it; the worker is gone afterwards. */
  async run<T>(story: () => Promise<T>): Promise<T> {
    const tools: ReconciliationTools = {
      source: {
        hasCorrections: this.hasCorrections,
        fetch: async (wanted, into) => {
          const outcome = await this.fetch(wanted);
          if (outcome.kind === 'fetched') await writeFile(into, '');
          return outcome;
        },
      },
      reconcileDay: async (day, files, _signal, otherFiles) => {
        this.compared.push({ day, roles: files.map(({ role }) => role) });
        return this.compare(day, files, otherFiles);
      },
      standings: (days) => this.days.standings(days),
    };
    const worker = await Worker.create({
      connection: this.environment.nativeConnection,
      taskQueue: RECONCILIATION_QUEUE,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
      activities: {
        ...createReconciliationActivities(tools),
        ...createOperationsActivities(async (event) => {
          const verdict = await this.tell(event);
          if (verdict.kind === 'delivered') this.told.push(event);
          return verdict;
        }),
      },
      ...(process.env['TEST_MAX_CACHED_WORKFLOWS']
        ? { maxCachedWorkflows: Number(process.env['TEST_MAX_CACHED_WORKFLOWS']) }
        : {}),
    });
    return worker.runUntil(story);
  }
}

/** A day on which both sides sold one package, unless the test says otherwise. */
export function reconciledDay(day: LocalDay, over: Partial<ReconciledDay> = {}): ReconciledDay {
  const sum = { count: 1, gross: 90_000, discount: 5_850, payable: 84_150 };
  return {
    kind: 'reconciled',
    day,
    clean: true,
    ours: sum,
    theirs: sum,
    difference: { gross: 0, discount: 0, payable: 0 },
    counts: {},
    atStake: 0,
    badLines: 0,
    files: [{ role: 'day', lines: 1, sha256: EMPTY_FILE }],
    report: { digest: 'a'.repeat(64), files: [`/reports/${day}/aaaaaaaaaaaaaaaa.json`] },
    carryOver: [],
    ...over,
  };
}

/** The same day with a break. */
export function brokenDay(day: LocalDay): ReconciledDay {
  return reconciledDay(day, {
    clean: false,
    theirs: { count: 0, gross: 0, discount: 0, payable: 0 },
    difference: { gross: 90_000, discount: 5_850, payable: 84_150 },
    counts: { missing_there: 1 },
    atStake: 90_000,
    report: { digest: 'b'.repeat(64), files: [`/reports/${day}/bbbbbbbbbbbbbbbb.json`] },
  });
}
