import { loadConfig, type Config } from '../../../config';
import type { FixedValues } from '../../../runtime/configuration/fixed-values';

const VARIABLE = 'TEST_FIXED_VALUES';

/** Settings of a stack whose workers and APIs have other values than the product's fixed ones. */
export const withFixedValues = (values: Partial<FixedValues>): Record<string, string> => ({
  [VARIABLE]: JSON.stringify(values),
});

/** Whether parts with this environment are to be the tests' own (`worker.ts` and `api.ts` beside this file). */
export const hasFixedValues = (environment: NodeJS.ProcessEnv): boolean =>
  environment[VARIABLE] !== undefined;

/** The configuration of a part of the tests. */
export function configWithFixedValues(): Config {
  const config = loadConfig();
  const values = JSON.parse(process.env[VARIABLE] ?? '{}') as Partial<FixedValues>; // by `withFixedValues`
  return { ...config, fixed: { ...config.fixed, ...values } };
}
