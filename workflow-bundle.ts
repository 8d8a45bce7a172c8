/**
 * How the workflows are bundled, for whoever does it: where they are, and which modules a worker runs once instead of
 * once for each workflow (docs/decisions/0020-workflow-modules-once.md).
 */
export const WORKFLOW_BUNDLE = {
  workflowsPath: require.resolve('./workflows'),
  preloadModules: [require.resolve('./workflows/stack-traces'), require.resolve('./workflows')],
};
