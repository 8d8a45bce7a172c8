import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { GATEWAY_HEALTH_ACTIVITY, type GatewayHealth } from '../domain/gateway-health';
import { faultyField } from '../domain/purchase/order-fields';
import { askAlone } from './asked-alone';
import { hasCode } from './temporal-answers';

/** It is asked of memory, so a worker that lives answers at once. */
const PATIENCE_MS = 3_000;
const MARGIN_MS = 3_000;
/** Questions come after sales and what undoes them. */
const PRIORITY = 4;

/**
 * How MobiFone's gateway answers, as a worker sees it; undefined where no worker answers, or the server has no standalone
 * activities (before 1.31).
 * @throws TemporalUnavailable
 */
export async function gatewayHealth(client: Client, taskQueue: string): Promise<GatewayHealth | undefined> {
  try {
    const told = await askAlone(client, PATIENCE_MS + MARGIN_MS, GATEWAY_HEALTH_ACTIVITY, {
      id: `gateway-health:${randomUUID()}`,
      taskQueue,
      args: [],
      summary: 'How does MobiFone’s gateway answer?',
      scheduleToCloseTimeout: PATIENCE_MS,
      retry: { maximumAttempts: 1 },
      priority: { priorityKey: PRIORITY },
    });
    return isHealth(told) ? told : undefined;
  } catch (error) {
    if (hasCode(error, status.UNIMPLEMENTED)) return undefined;
    throw error;
  }
}

function isHealth(told: unknown): told is GatewayHealth {
  if (typeof told !== 'object' || told === null || !('isOut' in told)) return false;
  return (
    typeof told.isOut === 'boolean' && faultyField(told, { calls: 'number', failed: 'number' }) === undefined
  );
}
