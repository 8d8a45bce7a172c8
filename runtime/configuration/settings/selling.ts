import { z } from 'zod';
import { GATEWAY_PROMISE_NAMES, type GatewayPromise } from '../../../domain/gateway-promises';
import {
  choice,
  duration,
  httpUrl,
  matching,
  optionalDuration,
  productFile,
  secret,
  text,
} from '../setting-kinds';

/** `P1,P2`: names of `GATEWAY_PROMISES`. */
function promises(given: string, context: z.core.$RefinementCtx): GatewayPromise[] {
  const named = given
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return named.filter((name): name is GatewayPromise => {
    if (GATEWAY_PROMISE_NAMES.some((known) => known === name)) return true;
    const known = GATEWAY_PROMISE_NAMES.join(', ');
    context.addIssue({ code: 'custom', message: `"${name}" is not a promise; there are: ${known}` });
    return false;
  });
}

/**
 * What is sold, to whom, and how MobiFone is called: the agreement with MobiFone and with the channels.
 * @param dialect one of `mobifone/dialects/`, which this room may not import
 */
export const sellingSettings = <Dialect extends z.ZodType>(dialect: Dialect) => ({
  CHANNELS_FILE: text().optional().describe('The channel registry. Unset: `channels.json` in DATA_DIR.'),
  PACKAGES_FILE: productFile('catalogue/packages.json').describe(
    'The catalogue of Datacode packages. With an `https://` gateway the sample is refused, and so are the sample discounts.',
  ),
  DISCOUNTS_FILE: productFile('catalogue/discounts.json').describe('The discount rules.'),

  MOBIFONE_BASE_URL: httpUrl()
    .optional()
    .describe('Base URL of MobiFone’s API gateway. Unset: the local sandbox.'),
  MOBIFONE_DIALECT: dialect.describe(
    'Wire format of the gateway: paths, field names, result codes, authentication. Each dialect is one file in `mobifone/dialects/`; the sandbox speaks `datacode-json`.',
  ),
  MOBIFONE_CLIENT_ID: text().default('sandbox-agent').describe('Client id at the gateway.'),
  MOBIFONE_CLIENT_SECRET: secret().default('sandbox-secret').describe('Client secret at the gateway.'),
  MOBIFONE_CALL_TIMEOUT: duration('10s', { least: '100ms', most: '1h' }).describe(
    'Timeout of one call to the gateway, from `100ms` to `1h`.',
  ),
  MOBIFONE_RATE_LIMIT: matching(/^\d{1,9}(?:\.\d{1,3})?$/, 'must be a number such as 20 or 0.5')
    .transform(Number)
    .pipe(z.number().positive('must be more than 0, not 0'))
    .optional()
    .describe(
      'Maximum calls per second to MobiFone, all workers together. Unset: no limit. The queue hands out a quarter as many activities a second, as one makes up to four calls. Set it for the API and for every worker: a worker without it removes the limit.',
    ),
  MOBIFONE_FINAL_AFTER: optionalDuration({ least: '1s', most: '1d' }).describe(
    'How long after a command an inquiry may still be wrong about it, and the command may still take effect (promises P3 and P4 of gateway-promises.md). Until then “not found” is not believed and nothing is sent again, unless MobiFone has said itself that nothing was done (401, 429, busy). From `1s`, with an `https://` gateway `5s`, to `1d`. Unset: `2m`, or `5s` with the local sandbox.',
  ),
  MOBIFONE_PROMISES: z
    .string()
    .default('')
    .transform((given, context) => promises(given, context))
    .describe(
      'Promises of gateway-promises.md that MobiFone keeps, agreed or measured, separated by commas, such as `P1,P2,P7`. Unset: none. `npx datacode gateway check` measures them.',
    ),

  OUTAGE_POLICY: choice(['wait', 'refuse'])
    .default('wait')
    .describe(
      'What happens to new purchases during a MobiFone outage: `wait` for its end, or `refuse` before anything is sent.',
    ),
  PURCHASE_PATIENCE: duration('10m', { least: '1s', most: '7d' }).describe(
    'A command without an answer raises _needs attention_ after this long at the latest: earlier if the next try would be later than that, such as when MobiFone asks for a longer pause, and at once if an answer breaks the contract or refuses a rollback. Retries continue. From `1s` to `7d`; at least a sixteenth of MOBIFONE_FINAL_AFTER and 10 seconds.',
  ),
  PURCHASE_LATE_EFFECT_WATCH: duration('15m', { least: '1s', most: '7d' }).describe(
    'How long after a rollback in doubt MobiFone is asked whether a command took effect late. From `1s` to `7d`; at least MOBIFONE_FINAL_AFTER and 10 seconds.',
  ),
});
