export { createGatewayActivities, type GatewayActivities } from './gateway-activities';
export { createChannelActivities, type ChannelActivities } from './channel-activities';
