import { createServer, type IncomingMessage } from 'node:http';
import path from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { DatacodeClient } from '../../sdk/index';
import { listRoutes } from './list-routes';
import { responseToFailure, orderRoutes } from './order-routes';
import { shopPage } from './pages';

export interface StorefrontOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  apiUrl: string;
  /** The channel's key; it never reaches a browser. */
  key: string;
  /** Whether the shop answers a request: no page of another name, or of another site, may buy in a customer's browser. */
  mayAnswer: (request: IncomingMessage) => boolean;
  /** The sandbox, which shows the subscriber's phone and the shop's inbox. */
  sandboxUrl: string;
}

export interface Storefront {
  port: number;
  stop(): Promise<void>;
}

/** A person waits, who can press again: shorter than the page's own patience, ms. */
const PATIENCE_MS = 8_000;
const PUBLIC = path.join(__dirname, 'public');

/** Starts the demo shop. It is a channel like any other: it has a key and uses the public API. */
export async function startStorefront(options: StorefrontOptions): Promise<Storefront> {
  const server = createServer(storefrontApp(options));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (fault: NodeJS.ErrnoException) => reject(explained(fault, options.port)));
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections(); // pages that follow an order reconnect
      await closed;
    },
  };
}

function storefrontApp({ apiUrl, key, mayAnswer, sandboxUrl }: StorefrontOptions): Express {
  const client = (language: 'vi' | 'en') =>
    new DatacodeClient({
      baseUrl: apiUrl,
      key,
      language,
      attemptTimeoutMs: PATIENCE_MS,
      deadlineMs: PATIENCE_MS,
    });
  const app = express().disable('x-powered-by');
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (mayAnswer(request)) return next();
    response.status(403).type('text').send('Open the shop by its own name.\n');
  });
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'no-referrer' }, // the address of an order page is secret
    }),
  );
  const clients = { vi: client('vi'), en: client('en') };
  app.use('/api', orderRoutes({ clients, sandboxUrl }));
  app.use('/api', listRoutes(clients));
  const pages = { shop: shopPage('shop'), list: shopPage('list') };
  app.get('/list.html', (_request, response) => response.send(pages.list));
  app.get(['/', '/orders/:orderId'], (_request, response) => response.send(pages.shop));
  app.use(express.static(PUBLIC));
  app.use((_request: Request, response: Response) => response.redirect('/'));
  app.use((fault: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(fault);
    const { status, body } = responseToFailure(fault);
    response.status(status).json(body);
  });
  return app;
}

function explained(fault: NodeJS.ErrnoException, port: number): Error {
  if (fault.code !== 'EADDRINUSE') return fault;
  return new Error(
    `Port ${port} is in use, so the storefront cannot listen on it. Stop the other program or set STOREFRONT_PORT.`,
  );
}
