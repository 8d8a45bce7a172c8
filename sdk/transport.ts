import { DatacodeProblem, NoAnswer } from './faults';
import { persist } from './retrying';
import { signatureHeaders } from './signing';
import type { ProblemDocument } from './types';

export interface TransportSettings {
  baseUrl: string;
  key: string;
  fetch: typeof globalThis.fetch;
  /** Signs each request, where it is given. */
  signingSecret?: string | undefined;
  /** Of the texts in answers. */
  language?: 'en' | 'vi' | undefined;
  /** For one try, milliseconds, besides the time that the API is asked to hold its answer. */
  attemptTimeoutMs: number;
  /** For all tries of one request, likewise. */
  deadlineMs: number;
}

/** What every method takes besides its own. */
export interface CallOptions {
  signal?: AbortSignal;
  /** For all tries together, milliseconds. */
  deadlineMs?: number;
}

export interface RequestPlan extends CallOptions {
  method: 'GET' | 'POST';
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Seconds for which the API may hold its answer until the outcome is known. */
  wait?: number | undefined;
  /** Whether the request may be sent again when its answer is lost. */
  repeatable: boolean;
}

/** Sends requests and reads answers; knows nothing of purchases. */
export class Transport {
  constructor(private readonly settings: TransportSettings) {}

  /**
   * Sends a request, again where that is safe and sensible, and reads the answer.
   * @throws DatacodeProblem, NoAnswer, or the signal's reason
   */
  async json<T>(plan: RequestPlan): Promise<T> {
    const { deadlineMs = this.settings.deadlineMs, signal, repeatable, wait = 0 } = plan;
    const limit = this.settings.attemptTimeoutMs + wait * 1000;
    return persist(
      async (stop) => {
        const attempt = AbortSignal.any([stop, AbortSignal.timeout(limit)]);
        const response = await this.open(plan, attempt);
        return (await bodyOf(response)) as T; // of the schemas that the API's own answers are checked against
      },
      { repeatable, deadlineMs: deadlineMs + wait * 1000, signal },
    );
  }

  /**
   * Sends a request once; the body is still to be read.
   * @throws DatacodeProblem or NoAnswer
   */
  async open(plan: RequestPlan, signal: AbortSignal): Promise<Response> {
    const { baseUrl, fetch, signingSecret } = this.settings;
    const { method } = plan;
    const body = plan.body === undefined ? undefined : JSON.stringify(plan.body);
    const query = new URLSearchParams(definedOf(plan.query ?? {})).toString();
    const address = `${baseUrl.replace(/\/+$/, '')}${plan.path}${query && `?${query}`}`;
    const response = await fetch(address, {
      method,
      headers: {
        ...this.headers(plan),
        ...(signingSecret
          ? signatureHeaders(signingSecret, { method, address, body: body ?? '' }, new Date())
          : {}),
      },
      redirect: 'manual', // the key goes nowhere else
      signal,
      ...(body === undefined ? {} : { body }),
    }).catch((cause: unknown) => {
      throw new NoAnswer(`${method} ${plan.path}: ${reasonOf(cause)}`, { cause });
    });
    if (response.ok) return response;
    throw await problemOf(response);
  }

  private headers({ body, wait, headers }: RequestPlan): Record<string, string> {
    const { key, language } = this.settings;
    return {
      Accept: 'application/json',
      Authorization: `Bearer ${key}`,
      ...(language ? { 'Accept-Language': language } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(wait ? { Prefer: `wait=${wait}` } : {}),
      ...headers,
    };
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new NoAnswer('the answer broke off, or was no JSON', { cause });
  }
}

/** Something in between that answers for the API, such as a proxy, is no answer of the API. */
async function problemOf(response: Response): Promise<DatacodeProblem | NoAnswer> {
  const wait = retryAfterOf(response);
  const document: unknown = await response.json().catch(() => undefined);
  if (isProblem(document)) return new DatacodeProblem(document, wait);
  return new NoAnswer(`the answer ${response.status} is not one of the API’s`, undefined, wait);
}

function isProblem(document: unknown): document is ProblemDocument {
  return typeof document === 'object' && document !== null && 'code' in document && 'retryable' in document;
}

/** `Retry-After`, in seconds or as a date. */
function retryAfterOf(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return wait > 0 ? wait : undefined;
}

function definedOf(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** fetch's own message says only that it failed; the cause says why. */
function reasonOf(fault: unknown): string {
  const { message, cause } = fault as { message?: string; cause?: { message?: string; code?: string } }; // fetch's errors
  return cause?.message || cause?.code || message || 'no answer came';
}
