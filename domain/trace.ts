/** A place in a trace as W3C Trace Context writes it: `00-<trace id>-<parent id>-<flags>`, in lower case. */
export type Traceparent = string & { readonly __brand: 'Traceparent' };

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACE_ID_FROM = 3;
const TRACE_ID_TO = 35;

/** @returns nothing when the text is not of version 00, the only one there is */
export function traceparent(text: string): Traceparent | undefined {
  return TRACEPARENT.test(text) ? (text as Traceparent) : undefined; // just checked
}

/** The id that all places of one trace share. */
export function traceIdOf(place: Traceparent): string {
  return place.slice(TRACE_ID_FROM, TRACE_ID_TO);
}

/** The request that something came from, and the trace that it belongs to; written into logs and outgoing headers. */
export interface Origin {
  requestId?: string;
  traceparent?: Traceparent;
}

/** Of an order, a question or a notice only where it came from. */
export function originOf({ requestId, traceparent }: Origin): Origin {
  return { ...(requestId ? { requestId } : {}), ...(traceparent ? { traceparent } : {}) };
}
