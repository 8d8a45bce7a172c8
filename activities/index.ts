export { createGatewayActivities } from './gateway-activities';
export { createChannelActivities } from './channel-activities';
