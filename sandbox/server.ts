import { createServer } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { closeAtOnce, listen } from '../runtime/listening';
import { urlOf } from '../runtime/address';
import { isFromAnotherSite } from '../runtime/other-site';
import { mayBeRebound } from '../runtime/rebound-host';
import { adminRoutes } from './admin';
import { Faults } from './faults';
import { SandboxGateway } from './gateway';
import { gatewayRoutes } from './gateway-routes';
import { inboxRoutes, type InboxSecrets } from './inbox';
import { LandingTimer } from './landing-timer';
import { Ledger } from './ledger';
import { LedgerNotWritten } from './ledger-store';
import type { GatewayProfile } from './profile';
import type { SettlementTerms } from './settlement-lines';
import { settlementRoutes } from './settlement-routes';

export interface SandboxOptions {
  host: string;
  /** 0 for any. */
  port: number;
  /** NDJSON file of the ledger; none keeps it in memory. */
  ledgerFile?: string;
  /** What MobiFone sells, and for how much. */
  packages: readonly { code: string; faceValue: number }[];
  clientId: string;
  clientSecret: string;
  tokenLifetimeSeconds?: number;
  inboxSecrets?: InboxSecrets;
  /** The discount rules of the settlement file; without rules there is no discount. */
  settlementTerms?: SettlementTerms;
  /** The promises that it keeps at first; `by_contract` unless given. */
  profile?: GatewayProfile;
  /** The sandbox's clock, milliseconds since 1970. */
  now?: () => number;
  /** Called when an incomplete last line of the ledger was removed, as after a kill or a power cut. */
  onRepaired?: (what: string) => void;
}

export interface Sandbox {
  url: string;
  port: number;
  ledger: Ledger;
  faults: Faults;
  gateway: SandboxGateway;
  stop(): Promise<void>;
}

/**
 * Starts the stand-in for MobiFone's gateway.
 * @throws PortTaken, BrokenLedger
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const ledger = new Ledger(options.ledgerFile, { now: options.now, onRepaired: options.onRepaired });
  const faults = new Faults();
  const faceValues = new Map(options.packages.map(({ code, faceValue }) => [code, faceValue]));
  const gateway = new SandboxGateway(ledger, faults, faceValues, options.profile);
  const app = express().disable('x-powered-by');
  app.use((request: Request, response: Response, next: NextFunction) => {
    // its pages and its admin API need no key: no page of another name may use them through a browser on this machine
    if (mayBeRebound(request.headers.host))
      return void response.status(403).json({ error: 'not by this name' });
    if (isFromAnotherSite(request.method, request.headers))
      return void response.status(403).json({ error: 'not from another site' });
    next();
  });
  app.use(pageHeaders());
  app.use(inboxRoutes(ledger, faults, gateway, options.inboxSecrets ?? (() => ({}))));
  app.use(express.json({ limit: '64kb' }));
  const { clientId, clientSecret, tokenLifetimeSeconds = 3600 } = options;
  app.use(gatewayRoutes(gateway, faults, { clientId, clientSecret, tokenLifetimeSeconds }));
  app.use(adminRoutes(ledger, faults, gateway));
  app.use(settlementRoutes(ledger, options.settlementTerms ?? { rules: [], discountClass: '' }));
  app.use(
    (_request: Request, response: Response) => void response.status(404).json({ error: 'no such resource' }),
  );
  app.use(
    (error: Error & { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
      if (error instanceof LedgerNotWritten) return void response.status(503).json({ error: error.message });
      response.status(error.status ?? 500).json({ error: 'the request cannot be read' });
    },
  );

  const server = createServer(app);
  const port = await listen(server, { host: options.host, port: options.port, setting: 'SANDBOX_PORT' });
  const landing = new LandingTimer(gateway); // only now: where the port is taken another sandbox has this ledger
  return {
    url: urlOf(options.host, port),
    port,
    ledger,
    faults,
    gateway,
    async stop() {
      landing.stop();
      await closeAtOnce(server); // answers that a fault holds back are never sent
      ledger.close();
    },
  };
}

/** Its one page runs nothing, and no other page shows or reads what it holds. */
function pageHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"], // the page has its few lines of style in it
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
}
