/** What the global set-up hands to every test file, by environment variable. */
export const TEST_ENVIRONMENT = {
  cli: 'TEST_TEMPORAL_CLI',
  testServer: 'TEST_TEMPORAL_TEST_SERVER',
  workflowBundle: 'TEST_WORKFLOW_BUNDLE',
  /** Of workers whose failures are encrypted. */
  encryptedBundle: 'TEST_ENCRYPTED_BUNDLE',
} as const;

/** @throws Error outside jest, or when the global set-up did not run. */
export function fromGlobalSetup(key: keyof typeof TEST_ENVIRONMENT): string {
  const value = process.env[TEST_ENVIRONMENT[key]];
  if (!value) throw new Error(`${TEST_ENVIRONMENT[key]} is not set: run the tests by "npm test"`);
  return value;
}
