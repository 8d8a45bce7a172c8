import { z } from 'zod';
import { duration, flag, httpUrl, matching, optionalPort, whole, MAX_PORT } from '../setting-kinds';

/** Workers: their size, their build, their ports, and what they deliver to webhooks. */
export const workerSettings = {
  WORKER_SLOTS: matching(
    /^(?:resource|fixed:(?!0*[01]$)\d{1,5})$/,
    'must be "resource", or "fixed:N" with N of 2 or more',
  )
    .default('fixed:100')
    .describe(
      'Concurrent tasks of each kind per worker: `fixed:N`, or `resource` (as many as CPU and memory allow).',
    ),
  WORKER_SHUTDOWN_GRACE: duration('20s').describe(
    'How long a stopping worker lets its running calls finish. It then cancels them, and exits 10 seconds later at the latest.',
  ),
  WORKER_HEALTH_PORT: whole(0, MAX_PORT)
    .optional()
    .describe('Port of a worker’s `/healthz` and `/readyz`. Unset: none.'),
  METRICS_WORKER_PORT: optionalPort().describe(
    'Port of a worker’s `/metrics`. Unset: none. Each worker on a machine needs its own.',
  ),
  WORKER_CALL_STACKS: flag(false).describe(
    'Keeps what the Web UI’s _Call Stack_ shows of a running workflow. It costs a worker about a fifth of its processor time (decisions/0029-no-call-stacks.md).',
  ),
  WORKER_DEPLOYMENT_NAME: matching(/^(?!__)[^.:]+$/, 'must not contain "." or ":", nor begin with "__"') // Temporal's own rule
    .optional()
    .describe(
      'Worker deployment that this worker belongs to. With WORKER_BUILD_ID, each purchase stays on the build that it started on.',
    ),
  WORKER_BUILD_ID: matching(/^(?!__)./s, 'must not begin with "__"')
    .optional()
    .describe(
      'Build of this worker, such as a commit. It gets new purchases once `npx datacode deploy current` selects it.',
    ),

  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: flag(false).describe(
    'Allows channel webhooks on private and loopback addresses. For development only. `npm start` with the sandbox, whose inbox is on loopback, uses `true` unless it is set.',
  ),
  OPERATIONS_WEBHOOK: httpUrl()
    .optional()
    .describe(
      'Webhook for alerts to operations, such as reconciliation breaks. Private addresses are allowed.',
    ),
  OPERATIONS_WEBHOOK_SECRET: z
    .string()
    .regex(
      /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
      'must be whsec_ followed by a secret of 24 bytes or more in base64 (the given value is not shown)',
    )
    .optional()
    .describe('Secret that signs the requests to OPERATIONS_WEBHOOK (Standard Webhooks).'),
};
