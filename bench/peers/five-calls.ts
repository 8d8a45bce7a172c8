import { loadConfig, mobifoneBaseUrl } from '../../config';
import { createGateway } from '../../mobifone/client';
import { DIALECTS } from '../../mobifone/dialects';
import { createNaiveActivities } from '../yardstick/naive-activities';
import type { NaiveSale } from '../yardstick/naive-sale';

/** The seed's five calls by name, over the HTTP client that our own activities use; every engine makes each a step. */
export function fiveCalls(): readonly { name: string; call: (sale: NaiveSale) => Promise<void> }[] {
  const config = loadConfig();
  const calls = createNaiveActivities(
    createGateway({
      baseUrl: mobifoneBaseUrl(config),
      clientId: config.MOBIFONE_CLIENT_ID,
      clientSecret: config.MOBIFONE_CLIENT_SECRET,
      callTimeoutMs: config.MOBIFONE_CALL_TIMEOUT,
      dialect: DIALECTS[config.MOBIFONE_DIALECT],
    }),
  );
  return Object.entries(calls).map(([name, call]) => ({ name, call }));
}
