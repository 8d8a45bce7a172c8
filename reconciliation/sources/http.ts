import type { Readable } from 'node:stream';
import axios, { isAxiosError, type AxiosResponse } from 'axios';
import { retryAfterMs } from '../../domain/retry-after';
import { withLimitedHead } from '../../runtime/answer-head';
import { ProxiedHttpAgent, ProxiedHttpsAgent } from '../../runtime/proxy/agents';
import { copy } from './copy';
import {
  placeOf,
  SourceFault,
  type FetchOutcome,
  type SettlementSource,
  type SourceLimits,
} from '../../domain/reconciliation/settlement-source';

/**
 * Files behind an HTTP address, one a GET. No redirect is followed, so the token goes nowhere else. A proxy is used as in
 * runtime/proxy/.
 * @param template the address of a file, with `{date}` and perhaps `{kind}`
 * @param token sent as a bearer token
 */
export function httpSource(
  template: string,
  { largestBytes, timeoutMs }: SourceLimits,
  token?: string,
): SettlementSource {
  return {
    hasCorrections: template.includes('{kind}'),
    hasParts: template.includes('{part}'),
    async fetch(wanted, into, signal) {
      const limit = AbortSignal.timeout(timeoutMs);
      // oxlint-disable-next-line no-restricted-properties -- the time limit aborts it
      const either = AbortSignal.any([signal, limit]);
      try {
        const answer = await axios.get<Readable>(placeOf(template, wanted), {
          responseType: 'stream',
          proxy: false, // the agents do that
          httpAgent: new ProxiedHttpAgent(),
          httpsAgent: new ProxiedHttpsAgent(),
          maxRedirects: 0,
          transport: withLimitedHead,
          validateStatus: null,
          signal: either,
          headers: { accept: 'text/csv, */*', ...(token ? { authorization: `Bearer ${token}` } : {}) },
        });
        try {
          return await taken(answer, into, largestBytes, either);
        } finally {
          answer.data.destroy(); // what was not read is not waited for
        }
      } catch (fault) {
        signal.throwIfAborted();
        if (fault instanceof SourceFault) throw fault;
        if (limit.aborted) throw new SourceFault(`the file did not arrive completely within ${timeoutMs} ms`);
        throw new SourceFault(
          `the source cannot be reached, or closed the connection early (${codeOf(fault)})`,
        );
      }
    },
  };
}

function taken(
  { status, data, headers }: AxiosResponse<Readable>,
  into: string,
  largestBytes: number,
  signal: AbortSignal,
): Promise<FetchOutcome> | FetchOutcome {
  if (status === 200) return copy(data, into, largestBytes, signal);
  if (status === 404) return { kind: 'not_there', detail: 'the source answered 404' };
  if (status >= 500 || status === 408 || status === 429) {
    const header: unknown = headers['retry-after'];
    const pause = retryAfterMs(typeof header === 'string' ? header : undefined, new Date());
    throw new SourceFault(`the source answered ${status}`, pause);
  }
  const detail = `the source answered ${status}`;
  if (status === 401 || status === 403) {
    return { kind: 'refused', detail: `${detail} (see RECONCILIATION_SOURCE_TOKEN)` };
  }
  const redirected = status >= 300 && status < 400;
  return { kind: 'refused', detail: redirected ? `${detail}; redirects are not followed` : detail };
}

function codeOf(fault: unknown): string {
  if (isAxiosError(fault) && fault.code) return fault.code;
  return (fault as NodeJS.ErrnoException).code ?? 'no code'; // Node's network errors carry a code
}
