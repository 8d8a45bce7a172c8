/**
 * Whether an error is express's or its body parser's word on a request that cannot be read, not a defect of ours.
 * Both put the HTTP status on the error; what else they say may quote the body, so no more of it is used.
 */
export function isRequestFault(fault: unknown): fault is { status: number } {
  return (
    typeof fault === 'object' &&
    fault !== null &&
    'status' in fault &&
    typeof fault.status === 'number' &&
    fault.status >= 400 &&
    fault.status < 500
  );
}
