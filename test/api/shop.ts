import { Writable } from 'node:stream';
import supertest, { type Test } from 'supertest';
import { createApi } from '../../api/app';
import { ApiMetrics } from '../../api/http/metrics';
import { loadDiscountRules, loadPackages } from '../../catalogue/load';
import { describeKey, newWebhookSecret } from '../../channel/key';
import { channelRegistry, type Channel } from '../../channel/registry';
import { channelName } from '../../domain/identifiers';
import type { NumberLimits } from '../../domain/purchase/sale-count';
import { createLogger } from '../../runtime/logging';
import { expectDocumented } from './documented';
import { ScriptedIdempotencyKeys } from './scripted-idempotency-keys';
import { ScriptedOrderClaims } from './scripted-order-claims';
import { ScriptedSaleCounts } from './scripted-sale-counts';
import { ScriptedBatches } from './scripted-batches';
import { ScriptedNotices } from './scripted-notices';
import { ScriptedBlocks } from './scripted-blocks';
import { ScriptedWebhookTests } from './scripted-webhook-tests';
import { ScriptedPauses } from './scripted-pauses';
import { ScriptedPurchases } from './scripted-purchases';
import { ScriptedEarnings, ScriptedQuestions, ScriptedSearch } from './scripted-search';
import { ScriptedService } from './scripted-service';
import { ScriptedStatements } from './scripted-statements';

const packages = loadPackages('catalogue/packages.json');
const discountRules = loadDiscountRules('catalogue/discounts.json', packages);

export const KEYS = {
  shop: 'dck_test_shop',
  prepaid: 'dck_test_prepaid',
  closed: 'dck_test_closed',
  /** Of the channel "shop" as well. */
  old: 'dck_test_old',
  reader: 'dck_test_reader',
  seller: 'dck_test_seller',
  operator: 'dck_test_operator',
  /** Of channels that must sign, and may. */
  signing: 'dck_test_signing',
  maySign: 'dck_test_may_sign',
  /** Of a channel that may do little at a time. */
  small: 'dck_test_small',
  subscribed: 'dck_test_subscribed',
  /** Of a channel that may sell little to one number. */
  limited: 'dck_test_limited',
  /** Of a channel whose doubles are noticed. */
  guarded: 'dck_test_guarded',
  guardedSeller: 'dck_test_guarded_seller',
} as const;
export const SIGNING_SECRET = 'dcs_0123456789abcdefghijklmnopqrstuv';
export const ORDER = { externalId: 'order-1', msisdn: '0901234567', package: 'D90' } as const;

/** An API with a few channels over scripted purchases; every answer is held to the OpenAPI document. */
export class Shop {
  readonly purchases = new ScriptedPurchases();
  readonly idempotencyKeys = new ScriptedIdempotencyKeys();
  readonly orderClaims = new ScriptedOrderClaims();
  readonly saleCounts = new ScriptedSaleCounts();
  /** Over all channels. */
  numberLimits: NumberLimits | undefined;
  readonly search = new ScriptedSearch();
  readonly earnings = new ScriptedEarnings();
  readonly statements = new ScriptedStatements();
  readonly questions = new ScriptedQuestions();
  readonly batches = new ScriptedBatches();
  readonly notices = new ScriptedNotices();
  readonly webhookTests = new ScriptedWebhookTests();
  readonly pauses = new ScriptedPauses();
  readonly service = new ScriptedService();
  readonly blocks = new ScriptedBlocks();
  readonly metrics = new ApiMetrics();
  readonly lines: string[] = [];
  readonly stopping = new AbortController();
  /** How far the clock is from Temporal's, milliseconds, where it is too far. */
  readonly clock: { faultMs: number | undefined } = { faultMs: undefined };
  /** The moment that prices are taken at. */
  now = new Date('2026-11-24T03:05:00.000Z');
  /** How often a key that was let in before was looked up again. */
  looks = 0;
  /** What happens as soon as a key was looked up again. */
  afterLook = (): void => undefined;
  /** The channels of the registry; a test may change it, as operators do. */
  channels: readonly Channel[] = [
    channel('shop', {
      keys: [
        describeKey(KEYS.shop),
        { ...describeKey(KEYS.old), expiresAt: '2026-11-24T03:04:59Z' },
        { ...describeKey(KEYS.reader), scopes: ['read'] },
        { ...describeKey(KEYS.seller), scopes: ['submit'] },
        { ...describeKey(KEYS.operator), scopes: ['ops'] }, // of an older registry
      ],
    }),
    channel('prepaid', { keys: [describeKey(KEYS.prepaid)], paymentForm: 'prepaid' }),
    channel('subscribed', {
      keys: [describeKey(KEYS.subscribed)],
      webhookStates: ['charging', 'succeeded'],
    }),
    channel('guarded', {
      keys: [describeKey(KEYS.guarded), { ...describeKey(KEYS.guardedSeller), scopes: ['submit'] }],
      limits: { duplicateWindowSeconds: 120 },
    }),
    channel('limited', {
      keys: [describeKey(KEYS.limited)],
      limits: { salesPerNumberPerDay: 3, amountPerNumberPerDay: 200_000 },
    }),
    channel('closed', { keys: [describeKey(KEYS.closed)], enabled: false }),
    channel('signing', {
      keys: [describeKey(KEYS.signing)],
      requestSigning: { secret: SIGNING_SECRET, required: true },
    }),
    channel('may-sign', {
      keys: [describeKey(KEYS.maySign)],
      requestSigning: { secret: SIGNING_SECRET, required: false },
    }),
    channel('small', {
      keys: [describeKey(KEYS.small)],
      limits: { requestsPerMinute: 3, concurrentRequests: 1 },
    }),
  ];
  readonly app = createApi({
    purchases: this.purchases,
    idempotencyKeys: this.idempotencyKeys,
    orderClaims: this.orderClaims,
    saleCounts: this.saleCounts,
    duplicateWindowMs: 0, // most stories sell to one number again and again
    search: this.search,
    earnings: this.earnings,
    statements: this.statements,
    questions: this.questions,
    batches: this.batches,
    notices: this.notices,
    webhookTests: this.webhookTests,
    pauses: this.pauses,
    service: this.service,
    blocks: this.blocks,
    registry: {
      byKey: (key) => channelRegistry(this.channels).byKey(key),
      byHash: (hash) => {
        this.looks += 1;
        const holder = channelRegistry(this.channels).byHash(hash);
        this.afterLook();
        return holder;
      },
      byName: (name) => channelRegistry(this.channels).byName(name),
      numberLimits: () => this.numberLimits,
    },
    limits: {
      requestsPerMinute: 1000,
      concurrentRequests: 100,
      anonymousPerMinute: 100,
      waitingPerChannel: 2,
      waitingInAll: 4,
    },
    packages,
    discountRules,
    logger: createLogger('api', 'info', this.sink()),
    metrics: this.metrics,
    stopping: this.stopping.signal,
    clock: this.clock,
    now: () => this.now,
  });

  /** A request as a channel; `null` presents no key. */
  get(path: string, key: string | null = KEYS.shop): Test {
    return this.as(key, supertest(this.app).get(path));
  }

  post(path: string, body?: object | string, key: string | null = KEYS.shop): Test {
    return this.as(key, supertest(this.app).post(path)).send(body);
  }

  buy(over: Readonly<Record<string, unknown>> = {}, key: string = KEYS.shop): Test {
    return this.post('/v1/purchases', { ...ORDER, ...over }, key);
  }

  as(key: string | null, test: Test): Test {
    if (key !== null) test.set('Authorization', `Bearer ${key}`);
    return test.expect(expectDocumented);
  }

  private sink(): Writable {
    const { lines } = this;
    return new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
  }
}

function channel(name: string, over: Partial<Channel>): Channel {
  return {
    name: channelName(name),
    keys: [],
    paymentForm: 'postpaid',
    discountClass: 'standard',
    webhookUrl: 'https://shop.example/refunds',
    webhookSecret: newWebhookSecret(),
    enabled: true,
    ...over,
  };
}
