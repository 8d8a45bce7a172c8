import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { createReconciliationActivities } from '../activities';
import { loadComparedRules } from '../catalogue/load';
import { BreakRegisters } from '../client/break-registers';
import { accountedForBy, observationOf } from '../reconciliation/break-observation';
import type { Report } from '../reconciliation/report';
import { webhookPolicy } from '../runtime/configuration/purchase-policy';
import { ReconciliationDays } from '../reconciliation/schedule/days';
import { loadLayout } from '../reconciliation/settlement-layout';
import { reconcileKeptDay } from '../reconciliation/reconciled-day';
import { temporalTarget } from '../runtime/configuration/temporal-target';
import { reconciliationReports, type Config } from '../config';
import { daysAfter } from '../domain/local-time';
import { sourceFromSettings } from '../reconciliation/sources/from-settings';

/** A worker's access to Temporal, with its encryption. */
export interface WorkerTemporal {
  connection: NativeConnection;
  namespace: string;
  dataConverter: DataConverter;
}

/**
 * Activities for reconciliation. The rooms are joined here: an activity may not import `client/`, so it gets what reads
 * Temporal as an argument (docs/decisions/0011).
 * @param warn gets a line for what is suspicious in the catalogue
 * @throws SourceSettingsFault when RECONCILIATION_SOURCE cannot be used
 */
export function reconciliationActivities(
  config: Config,
  temporal: WorkerTemporal,
  warn: (line: string) => void,
) {
  return createReconciliationActivities(toolsOf(config, new Client(temporal), warn));
}

function toolsOf(config: Config, client: Client, warn: (line: string) => void) {
  const { RECONCILIATION_SOURCE } = config;
  if (RECONCILIATION_SOURCE === undefined) return undefined;
  const days = new ReconciliationDays(client, { taskQueue: config.TEMPORAL_TASK_QUEUE });
  const settings = {
    webUiUrl: webUiUrl(config),
    rules: loadComparedRules(config, warn),
    comparison: config.RECONCILIATION_RULES,
    signingKey: config.RECONCILIATION_SIGNING_KEY,
    encoding: config.RECONCILIATION_ENCODING,
    ...(config.RECONCILIATION_LAYOUT === undefined
      ? {}
      : { layout: loadLayout(config.RECONCILIATION_LAYOUT) }),
    reports: reconciliationReports(config),
    register: registering(config, client),
  };
  return {
    source: sourceFromSettings({ ...config, RECONCILIATION_SOURCE }),
    standings: days.standings.bind(days),
    reconcileDay: async (...[day, files, signal, otherFiles]: Parameters<ReconcileDay>) => {
      const carriedOver = await days.carriedOver(daysAfter(day, -1));
      return reconcileKeptDay(client, settings, day, files, carriedOver, signal, otherFiles);
    },
  };
}

/** Keeps what a day's report found until it is closed by evidence. */
function registering(config: Config, client: Client) {
  const registers = new BreakRegisters(client);
  const { alertAfterMs, alertAmount } = config.RECONCILIATION_RULES;
  const settings = {
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    policy: { alertAfterMs, alertAmount, webhooks: webhookPolicy(config) },
  };
  return async (report: Report, digest: string): Promise<void> => {
    await registers.observe(observationOf(report, digest), settings);
    for (const { day, ...settlement } of accountedForBy(report)) await registers.accountFor(day, settlement);
  };
}

type ReconcileDay = NonNullable<Parameters<typeof createReconciliationActivities>[0]>['reconcileDay'];

function webUiUrl(config: Config): string | null {
  if (temporalTarget(config).embedded) return `http://127.0.0.1:${config.TEMPORAL_UI_PORT}`;
  return config.TEMPORAL_UI_URL ?? null;
}
