import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { RequestHandler, Router } from 'express';
import type { Batches } from '../client/batches';
import type { ChannelStatements } from '../client/channel-statements';
import type { ChannelEarnings } from '../client/channel-earnings';
import type { EligibilityQuestions } from '../client/eligibility';
import type { Notices } from '../client/notices';
import type { PurchaseSearch } from '../client/purchase-search';
import type { Purchases } from '../client/purchases';
import type { CurrentService } from '../client/service-state';
import type { WebhookTests } from '../client/webhook-tests';
import type { ServerClock } from '../runtime/server-clock';
import type { OrderAcceptance } from '../selling/accept-order';
import type { Offers } from '../selling/offers';
import type { SalesGate } from '../selling/sales-gate';
import type { ApiMetrics } from './http/metrics';
import type { ProcessTurns } from './http/turns';
import type { Waiting } from './http/waiting';
import type { Idempotency } from './purchases/idempotency';

/** What the routes of the API use. */
export interface ApiServices {
  purchases: Purchases;
  search: PurchaseSearch;
  earnings: ChannelEarnings;
  statements: ChannelStatements;
  service: CurrentService;
  questions: EligibilityQuestions;
  batches: Batches;
  notices: Notices;
  webhookTests: WebhookTests;
  idempotency: Idempotency;
  orders: OrderAcceptance;
  offers: Offers;
  gate: SalesGate;
  waiting: Waiting;
  turns: ProcessTurns;
  metrics: Pick<ApiMetrics, 'streamOpened'>;
  /** Authentication and limits; goes before every handler that serves channels. */
  authenticated: RequestHandler;
  now: () => Date;
  clock: Pick<ServerClock, 'faultMs'>;
  hasPrices: () => boolean;
  /** Aborted when the process is asked to stop: `/readyz` answers 503 from then on. */
  stopping: AbortSignal;
  /** Aborted when the server closes: event streams end. */
  closing: AbortSignal;
}

/** A resource of the API: a folder with its routes, schemas, mapping and OpenAPI part. `resources.ts` lists them. */
export interface ApiResource {
  routes(services: ApiServices): Router;
  document(registry: OpenAPIRegistry): void;
  /** Its section of the documentation, unless it belongs to another resource's. */
  tag?: { name: string; description: string };
}
