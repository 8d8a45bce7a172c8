import { DatacodeProblem, NoAnswer, Redirected } from './faults';
import { signatureHeaders, type SignatureForm } from './request-signature';
import { withRetries } from './retrying';
import type { ProblemDocument } from './types';

export interface TransportSettings {
  baseUrl: string;
  key: string;
  fetch: typeof globalThis.fetch;
  /** Secret for request signatures; without it requests are not signed. */
  signingSecret?: string | undefined;
  /** Form of the signatures; `datacode` unless given. */
  signatureForm?: SignatureForm | undefined;
  /** Language of the texts in responses. */
  language?: 'en' | 'vi' | undefined;
  /** Timeout of one attempt in milliseconds; `wait` is added to it. */
  attemptTimeoutMs: number;
  /** Timeout of all attempts in milliseconds; `wait` is added to it. */
  deadlineMs: number;
}

/** Options of every method. */
export interface CallOptions {
  /** Abort it to end the call. */
  signal?: AbortSignal;
  /** Timeout of all attempts together, in milliseconds. */
  deadlineMs?: number;
}

export interface RequestPlan extends CallOptions {
  method: 'GET' | 'POST';
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  /** A body of `text/csv` instead. */
  csv?: string;
  headers?: Readonly<Record<string, string>>;
  /** How long the API may hold its response until the outcome is known, in seconds. */
  wait?: number | undefined;
  /** Whether the request may be sent again when its response is lost. */
  repeatable: boolean;
  /** Timeout of one attempt, where it is not that of the settings. */
  attemptTimeoutMs?: number;
}

/** A response's body with its `ETag`. */
export interface Tagged<T> {
  value: T;
  tag: string | null;
}

const NOT_MODIFIED = 304;

/** Sends requests and reads responses. */
export class Transport {
  constructor(private readonly settings: TransportSettings) {}

  /**
   * Sends a request, repeats it where that is safe, and reads the response.
   * @throws DatacodeProblem, NoAnswer, or the signal's reason
   */
  async json<T>(plan: RequestPlan): Promise<T> {
    return this.read(plan, async (response) => (await bodyOf(response)) as T); // the API's tests check its responses against these schemas
  }

  /**
   * The same, of a file. One that was cut off is asked for again, where that is safe.
   * @throws DatacodeProblem, NoAnswer, or the signal's reason
   */
  async bytes(plan: RequestPlan): Promise<Uint8Array> {
    return this.read(plan, async (response) => {
      const content = await response.arrayBuffer().catch((cause: unknown) => {
        throw new NoAnswer('the response was cut off', { cause });
      });
      return new Uint8Array(content);
    });
  }

  /**
   * The same, of what is polled: an unchanged response is not sent again.
   * @param last what was read before
   */
  async unlessSame<T>(plan: RequestPlan, last: Tagged<T> | undefined): Promise<Tagged<T>> {
    const headers = { ...plan.headers, ...(last?.tag ? { 'If-None-Match': last.tag } : {}) };
    return this.read({ ...plan, headers }, async (response) => {
      if (response.status === NOT_MODIFIED && last) return last;
      return { value: (await bodyOf(response)) as T, tag: response.headers.get('etag') }; // as above
    });
  }

  /** The same of a text. */
  async text(plan: RequestPlan): Promise<string> {
    return this.read(plan, (response) =>
      response.text().catch((cause: unknown) => {
        throw new NoAnswer('the response was cut off', { cause });
      }),
    );
  }

  private async read<T>(plan: RequestPlan, read: (response: Response) => Promise<T>): Promise<T> {
    const { deadlineMs = this.settings.deadlineMs, signal, repeatable, wait = 0 } = plan;
    const limit = plan.attemptTimeoutMs ?? this.settings.attemptTimeoutMs + wait * 1000;
    return withRetries(
      async (stop) => {
        const attempt = AbortSignal.any([stop, AbortSignal.timeout(limit)]);
        return read(await this.open(plan, attempt));
      },
      { repeatable, deadlineMs: deadlineMs + wait * 1000, signal },
    );
  }

  /**
   * Sends a request once. The caller reads the body.
   * @throws DatacodeProblem or NoAnswer
   */
  async open(plan: RequestPlan, signal: AbortSignal): Promise<Response> {
    const { baseUrl, fetch, signingSecret, signatureForm = 'datacode' } = this.settings;
    const { method } = plan;
    const body = plan.csv ?? (plan.body === undefined ? undefined : JSON.stringify(plan.body));
    const query = new URLSearchParams(definedOf(plan.query ?? {})).toString();
    const address = `${baseUrl}${plan.path}${query && `?${query}`}`;
    const headers = this.headers(plan);
    const toSign = { method, address, body: body ?? '', headers };
    const signature = signingSecret ? signatureHeaders(signatureForm, signingSecret, toSign, new Date()) : {};
    const response = await fetch(address, {
      method,
      headers: { ...headers, ...signature },
      redirect: 'manual', // the key must not be sent to another host
      signal,
      ...(body === undefined ? {} : { body }),
    }).catch((cause: unknown) => {
      throw new NoAnswer(noAnswerOf(plan, baseUrl, cause), { cause });
    });
    if (response.ok || (response.status === NOT_MODIFIED && headers['If-None-Match'])) return response;
    throw await problemOf(response);
  }

  private headers({ body, csv, wait, headers }: RequestPlan): Record<string, string> {
    const { key, language } = this.settings;
    return {
      Accept: 'application/json',
      Authorization: `Bearer ${key}`,
      ...(language ? { 'Accept-Language': language } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(csv === undefined ? {} : { 'Content-Type': 'text/csv' }),
      ...(wait ? { Prefer: `wait=${wait}` } : {}),
      ...headers,
    };
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new NoAnswer('the response was cut off or is not JSON', { cause });
  }
}

/** A response without a problem document came from a proxy or a load balancer, not from the API. */
async function problemOf(response: Response): Promise<DatacodeProblem | NoAnswer> {
  const wait = retryAfterOf(response);
  const document: unknown = await response.json().catch(() => undefined);
  if (isProblem(document)) return new DatacodeProblem(document, wait);
  if (response.status >= 300 && response.status < 400) return new Redirected(redirectionOf(response));
  return new NoAnswer(
    `status ${response.status} without a problem document: the response is not from the API`,
    undefined,
    wait,
  );
}

function redirectionOf(response: Response): string {
  const location = response.headers.get('location') ?? '';
  const where = URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
  return `baseUrl redirects${where} (status ${response.status}), which is not followed, since the key would go there. Is baseUrl right?`;
}

function isProblem(document: unknown): document is ProblemDocument {
  return typeof document === 'object' && document !== null && 'code' in document && 'retryable' in document;
}

/** `Retry-After`, in seconds or as a date, which is in GMT also where the oldest form (RFC 9110) leaves that out. */
function retryAfterOf(response: Response): number | undefined {
  const header = response.headers.get('retry-after')?.trim();
  if (header === undefined) return undefined;
  const date = header.endsWith('GMT') ? header : `${header} GMT`;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(date) - Date.now();
  return wait > 0 ? wait : undefined;
}

function definedOf(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The address without its query, which may hold what is searched by. */
function noAnswerOf({ method, path }: RequestPlan, baseUrl: string, cause: unknown): string {
  const words = `No answer to ${method} ${baseUrl}${path}: ${reasonOf(cause)}. Is it running, and is baseUrl right?`;
  const isOrder = method === 'POST' && path === '/v1/purchases';
  return isOrder ? `${words} Sending the same order again is safe: it is sold once.` : words;
}

/** fetch's own message only says that it failed; its cause says why. */
function reasonOf(fault: unknown): string {
  const { message, cause } = fault as { message?: string; cause?: { message?: string; code?: string } }; // fetch's errors
  return cause?.message || cause?.code || message || 'no response';
}
