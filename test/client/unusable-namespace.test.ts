import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { msToTs } from '@temporalio/common/lib/time';
import { keepAttributeMarker } from '../../client/attribute-marker';
import { BusinessSnapshots } from '../../client/business-snapshot';
import { namespaceFault, NamespaceUnusable } from '../../client/namespace-state';
import { addSearchAttributes } from '../../client/prepare-namespace';
import { TemporalUnavailable, type Readiness } from '../../client/purchases';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { troubleOf } from '../../desk/trouble';
import { WORDS } from '../../desk/words/words';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { temporal } from '@temporalio/proto';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';

const { NAMESPACE_STATE_DEPRECATED: DEPRECATED } = temporal.api.enums.v1.NamespaceState;

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const purchases = () => new TemporalPurchases(server.client, { taskQueue: 'nobodys', policy: POLICY });

async function untilReadiness(wanted: Readiness): Promise<void> {
  await eventually('the readiness as the story wants it', async () =>
    JSON.stringify(await purchases().readiness()) === JSON.stringify(wanted) ? true : undefined,
  );
}

async function refusedOrder(): Promise<unknown> {
  return purchases()
    .submit(anOrder(), 0)
    .catch((thrown: unknown) => thrown);
}

describe('a search attribute of ours that somebody removes', () => {
  it.each(Object.values(SEARCH_ATTRIBUTES))(
    'is named as what keeps orders away, until it is there again: $name',
    async (attribute) => {
      const { name } = attribute;
      await server.connection.operatorService.removeSearchAttributes({
        namespace: 'default',
        searchAttributes: [name],
      });
      await untilReadiness({ kind: 'attributes_missing', names: [name] });
      await addSearchAttributes(server.connection, 'default', [attribute]);
      await untilReadiness('ready');
    },
  );

  it('is no defect of an order, which may be sent again: the log has what Temporal said', async () => {
    await server.connection.operatorService.removeSearchAttributes({
      namespace: 'default',
      searchAttributes: ['Channel'],
    });
    await untilReadiness({ kind: 'attributes_missing', names: ['Channel'] });
    const fault = await refusedOrder();
    expect(fault).toBeInstanceOf(TemporalUnavailable);
    expect(String(fault)).toContain('no mapping defined for search attribute Channel');
    await addSearchAttributes(server.connection, 'default', [SEARCH_ATTRIBUTES.channel]);
    await untilReadiness('ready');
  });

  it('is named by the desk in both languages, also where it can read no queue', async () => {
    const fault = { kind: 'attributes_missing', names: ['RefundDueAt'] } as const;
    for (const words of Object.values(WORDS)) {
      const [line, ...more] = troubleOf(words, new NamespaceUnusable(fault, {}));
      expect(more).toEqual([]);
      expect(line).toContain('RefundDueAt');
      expect(line).toContain('namespace-unusable');
    }
  });
});

describe('a search attribute of ours that somebody has mean another column of the index', () => {
  /** The columns that the names of attributes stand for; an empty name frees a column. */
  async function setAliases(customSearchAttributeAliases: Record<string, string>): Promise<void> {
    const { workflowService } = server.client;
    await workflowService.updateNamespace({ namespace: 'default', config: { customSearchAttributeAliases } });
  }

  async function columnOf(name: string): Promise<string> {
    const { config } = await server.client.workflowService.describeNamespace({ namespace: 'default' });
    const found = Object.entries(config?.customSearchAttributeAliases ?? {}).find(([, of]) => of === name);
    if (!found) throw new Error(`no column of ${name}`);
    return found[0];
  }

  /** A column that no name stands for. */
  async function freeColumn(): Promise<string> {
    const { config } = await server.client.workflowService.describeNamespace({ namespace: 'default' });
    const taken = config?.customSearchAttributeAliases ?? {};
    const columns = Array.from({ length: 10 }, (_, at) => `Keyword${String(at + 1).padStart(2, '0')}`);
    const free = columns.find((column) => !taken[column]);
    if (free === undefined) throw new Error('no column is free');
    return free;
  }

  it('is named, since nothing from before is found by it, until it means its own again', async () => {
    await keepAttributeMarker(server.client);
    await keepAttributeMarker(server.client); // as each worker does
    await untilReadiness('ready');
    const [own, other] = [await columnOf('PurchaseDay'), await freeColumn()];
    await setAliases({ [own]: '' });
    await setAliases({ [other]: 'PurchaseDay' });
    await untilReadiness({ kind: 'attributes_moved', names: ['PurchaseDay'] });
    const fault = { kind: 'attributes_moved', names: ['PurchaseDay'] } as const;
    for (const words of Object.values(WORDS))
      expect(troubleOf(words, new NamespaceUnusable(fault, {}))).toEqual([
        expect.stringMatching(/PurchaseDay.*namespace-unusable/s),
      ]);
    await setAliases({ [other]: '' });
    await setAliases({ [own]: 'PurchaseDay' });
    await untilReadiness('ready');
  });

  it('is named with the other where two were exchanged', async () => {
    await keepAttributeMarker(server.client);
    const pairs = [
      ['Channel', 'PackageCode'],
      ['FaceValue', 'DiscountAmount'],
      ['NeedsAttention', 'NoticeDelivered'],
      ['AttentionSince', 'RefundDueAt'],
    ] as const;
    for (const [one, other] of pairs) {
      const [first, second] = [await columnOf(one), await columnOf(other)];
      await setAliases({ [first]: '', [second]: '' });
      await setAliases({ [first]: other, [second]: one });
      await untilReadiness({ kind: 'attributes_moved', names: [one, other] });
      await setAliases({ [first]: '', [second]: '' });
      await setAliases({ [first]: one, [second]: other });
      await untilReadiness('ready');
    }
  });
});

describe('a namespace whose retention somebody shortens', () => {
  it('is seen to keep closed purchases for so long only', async () => {
    const snapshots = new BusinessSnapshots(server.client, []);
    const before = await snapshots.retentionMs();
    const workflowExecutionRetentionTtl = msToTs(60 * 60 * 1000);
    const config = { workflowExecutionRetentionTtl };
    await server.client.workflowService.updateNamespace({ namespace: 'default', config });
    expect([before === 60 * 60 * 1000, await snapshots.retentionMs()]).toEqual([false, 60 * 60 * 1000]);
  });
});

describe('a namespace that somebody sets to deprecated', () => {
  it('takes no orders, and is said to be so', async () => {
    await server.client.workflowService.updateNamespace({
      namespace: 'default',
      updateInfo: { state: DEPRECATED },
    });
    await untilReadiness({ kind: 'namespace_closed', state: 'deprecated' });
    expect(await namespaceFault(server.client)).toEqual({ kind: 'namespace_closed', state: 'deprecated' });
    const fault = await eventually('a refused order', async () => {
      const told = await refusedOrder();
      return told instanceof Error ? told : undefined;
    });
    expect(fault).toBeInstanceOf(TemporalUnavailable);
    expect(String(fault)).toContain('Namespace has invalid state: Deprecated');
  });
});
