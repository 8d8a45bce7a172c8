import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';

export type NamespaceConnection = Pick<Connection, 'workflowService' | 'operatorService'>;

export interface NamespaceWishes {
  /** Retention of closed purchases, ms; used only with `createNamespace`. */
  retentionMs: number;
  /** Whether to create the namespace and set its retention: true for the embedded server. */
  createNamespace: boolean;
  /** How long to wait until the server accepts the new search attributes, ms. */
  patienceMs?: number;
}

/** The namespace cannot be used for purchases; the message says what to do. */
export class NamespaceNotReady extends Error {
  override readonly name = 'NamespaceNotReady';
}

// gRPC status codes
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;

const { IndexedValueType } = temporal.api.enums.v1;
/** Attribute types as the API and as Temporal's CLI spell them. */
const TYPES = {
  KEYWORD: { indexed: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD, cli: 'Keyword' },
  INT: { indexed: IndexedValueType.INDEXED_VALUE_TYPE_INT, cli: 'Int' },
  BOOL: { indexed: IndexedValueType.INDEXED_VALUE_TYPE_BOOL, cli: 'Bool' },
  DATETIME: { indexed: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME, cli: 'Datetime' },
} as const;
const ATTRIBUTES = Object.values(SEARCH_ATTRIBUTES);
const NAMES = ATTRIBUTES.map(({ name }) => name);
const DEFAULT_PATIENCE_MS = 90_000;

/**
 * Prepares a namespace: creates it and sets the retention if asked to, and registers every search attribute. May be
 * called repeatedly and by several processes at once.
 * @throws NamespaceNotReady
 */
export async function prepareNamespace(
  connection: NamespaceConnection,
  namespace: string,
  wishes: NamespaceWishes,
): Promise<void> {
  if (wishes.createNamespace) await createNamespace(connection, namespace, wishes.retentionMs);
  const until = performance.now() + (wishes.patienceMs ?? DEFAULT_PATIENCE_MS);
  await eventually(until, NOT_FOUND, () => registerMissing(connection, namespace), {
    retry: wishes.createNamespace, // a new namespace takes some seconds to be usable
    fault: `Temporal has no namespace "${namespace}": create it, or correct TEMPORAL_NAMESPACE.`,
  });
  await eventually(until, INVALID_ARGUMENT, () => useEachAttribute(connection, namespace), {
    retry: true,
    fault: `The search attributes of namespace "${namespace}" are not usable. Register the missing ones:\n  ${attributesByHand(NAMES, namespace)}`,
  });
}

async function createNamespace(
  { workflowService }: NamespaceConnection,
  namespace: string,
  retentionMs: number,
): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(retentionMs);
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    return;
  } catch (fault) {
    if (!hasCode(fault, ALREADY_EXISTS)) throw fault;
  }
  const { config } = await workflowService.describeNamespace({ namespace });
  if (config?.workflowExecutionRetentionTtl?.seconds?.eq(workflowExecutionRetentionPeriod.seconds ?? 0))
    return;
  await workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: workflowExecutionRetentionPeriod },
  });
}

async function registerMissing(
  { operatorService, workflowService }: NamespaceConnection,
  namespace: string,
): Promise<void> {
  await workflowService.describeNamespace({ namespace });
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const there = customAttributes ?? {};
    refuseOtherTypes(there, namespace);
    const missing = ATTRIBUTES.filter(({ name }) => there[name] === undefined);
    if (missing.length === 0) return;
    await addSearchAttributes({ operatorService }, namespace, missing);
  } catch (fault) {
    // another process was faster, or only Temporal Cloud's own tools may do it; the next step checks the result
    if (![ALREADY_EXISTS, PERMISSION_DENIED, UNIMPLEMENTED].some((code) => hasCode(fault, code))) throw fault;
  }
}

/** Registers search attributes, by default all of ours. */
export async function addSearchAttributes(
  { operatorService }: Pick<NamespaceConnection, 'operatorService'>,
  namespace: string,
  attributes: readonly (typeof ATTRIBUTES)[number][] = ATTRIBUTES,
): Promise<void> {
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(attributes.map(({ name, type }) => [name, TYPES[type].indexed])),
  });
}

function refuseOtherTypes(there: Readonly<Record<string, unknown>>, namespace: string): void {
  const wrong = ATTRIBUTES.filter(
    ({ name, type }) => there[name] !== undefined && there[name] !== TYPES[type].indexed,
  );
  if (wrong.length === 0) return;
  throw new NamespaceNotReady(
    `Namespace "${namespace}" has search attributes of another type: ` +
      `${wrong.map(({ name, type }) => `${name} must be ${type}`).join(', ')}. Use a namespace of its own.`,
  );
}

/** A query with an attribute fails until the server knows it, so this tests whether all are usable. */
async function useEachAttribute({ workflowService }: NamespaceConnection, namespace: string): Promise<void> {
  const query = ATTRIBUTES.map(({ name }) => `${name} IS NULL`).join(' AND ');
  await workflowService.countWorkflowExecutions({ namespace, query });
}

async function eventually(
  until: number,
  code: number,
  attempt: () => Promise<void>,
  otherwise: { retry: boolean; fault: string },
): Promise<void> {
  for (;;) {
    try {
      return await attempt();
    } catch (fault) {
      if (!hasCode(fault, code)) throw fault;
      if (!otherwise.retry || performance.now() > until) {
        throw new NamespaceNotReady(otherwise.fault, { cause: fault });
      }
    }
    await pause(200);
  }
}

/** The command by which a person registers some of our search attributes. */
export function attributesByHand(names: readonly string[], namespace?: string): string {
  const flags = ATTRIBUTES.filter(({ name }) => names.includes(name)).map(
    ({ name, type }) => `--name ${name} --type ${TYPES[type].cli}`,
  );
  const where = namespace === undefined ? '' : `--namespace ${namespace} `;
  return `temporal operator search-attribute create ${where}${flags.join(' ')}`;
}

function hasCode(fault: unknown, code: number): boolean {
  if (!isGrpcServiceError(fault)) return false;
  const status: number = fault.code;
  return status === code;
}
