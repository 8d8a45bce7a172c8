import { randomBytes } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { GATEWAY_CALLS, type GatewayCall } from '../mobifone/contract';
import { PATHS } from '../mobifone/dialects/datacode-json';
import { maintenancePage, type Answer, type Page } from './answers';
import { textOf } from './gateway-state';
import type { SandboxGateway } from './gateway';
import { REQUEST_SCHEMAS, type GatewayRequest } from './requests';
import type { Faults } from './faults';

export interface Credentials {
  clientId: string;
  clientSecret: string;
  tokenLifetimeSeconds: number;
}

/** The gateway on the wire: tokens, and the six calls by `dialects/datacode-json.ts`. */
export function gatewayRoutes(gateway: SandboxGateway, faults: Faults, credentials: Credentials): Router {
  const router = express.Router();
  const tokens = new Map<string, number>();

  router.post(PATHS.token, (request, response) => {
    const page = gateway.profile.maintenancePage;
    if (page !== null) return sendPage(maintenancePage(page), response);
    const fault = faults.take({ call: 'token', transactionId: '', msisdn: '' });
    if (fault) {
      faults.countInjected(fault);
      if (fault.kind === 'maintenance') return sendPage(maintenancePage(fault.status), response);
      if (fault.kind === 'status')
        return void response.status(fault.status).json({ error: 'injected fault' });
      return void request.socket.destroy();
    }
    const given = fieldsOf(request.body);
    if (given['clientId'] !== credentials.clientId || given['clientSecret'] !== credentials.clientSecret) {
      return void response.status(401).json({ error: 'unknown client id or secret' });
    }
    const accessToken = randomBytes(24).toString('base64url');
    tokens.set(accessToken, gateway.now() + credentials.tokenLifetimeSeconds * 1000);
    response.json({ accessToken, expiresIn: credentials.tokenLifetimeSeconds });
  });

  for (const call of GATEWAY_CALLS) {
    router.post(PATHS[call], (request, response) => {
      const token = request.header('authorization')?.replace(/^Bearer /, '') ?? '';
      if ((tokens.get(token) ?? 0) < gateway.now())
        return void response.status(401).json({ error: 'token expired' });
      const understood = understand(call, request.body);
      if ('fault' in understood) {
        const given = fieldsOf(request.body);
        return void response.status(400).json({
          resultCode: '4003',
          message: `${textOf('4003')}: ${understood.fault}`.slice(0, 500),
          transactionId: given['transactionId'],
          msisdn: given['msisdn'],
        });
      }
      send(gateway.answer(understood.request), request, response);
    });
  }
  return router;
}

function understand(call: GatewayCall, body: unknown): { request: GatewayRequest } | { fault: string } {
  const result = REQUEST_SCHEMAS[call].safeParse(body);
  if (result.success) return { request: { call, body: result.data } as GatewayRequest }; // parsed by this call's schema
  return {
    fault: result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
  };
}

function send(answer: Answer, request: Request, response: Response): void {
  switch (answer.kind) {
    case 'silence':
      return; // held until the caller gives up or the sandbox stops
    case 'reset':
      request.socket.destroy();
      return;
    case 'page':
      sendPage(answer, response);
      return;
    case 'cut': {
      const whole = JSON.stringify(answer.body);
      response.type('json').setHeader('content-length', Buffer.byteLength(whole));
      response.write(whole.slice(0, whole.length / 2), () => request.socket.destroy());
      return;
    }
    case 'dribble':
      dribble(JSON.stringify(answer.body), answer.everyMs, response);
      return;
    case 'reply': {
      const reply = () =>
        void response
          .status(answer.status)
          .set(answer.headers ?? {})
          .json(answer.body);
      if (answer.delayMs === undefined) return reply();
      const timer = setTimeout(reply, answer.delayMs);
      response.once('close', () => clearTimeout(timer));
      return;
    }
  }
}

function sendPage({ status, headers, body }: Page, response: Response): void {
  response
    .status(status)
    .set(headers ?? {})
    .type('html')
    .send(body);
}

function dribble(text: string, everyMs: number, response: Response): void {
  response.type('json').setHeader('content-length', Buffer.byteLength(text));
  let sent = 0;
  const timer = setInterval(() => {
    response.write(text.charAt(sent));
    sent += 1;
    if (sent >= text.length) {
      clearInterval(timer);
      response.end();
    }
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
