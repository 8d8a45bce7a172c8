export { createGatewayActivities } from './gateway-activities';
export type { EarlierRuns } from './earlier-runs';
export { createChannelActivities } from './channel-activities';
export { createTestNoticeActivities } from './test-notice-activities';
export { createEligibilityActivities } from './eligibility-activities';
export { createGatewayHealthActivities } from './gateway-health-activities';
export { createOperationsActivities } from './operations-activities';
export { createReconciliationActivities } from './reconciliation-activities';
export { createClosedPurchasesActivities } from './closed-purchases-activities';
