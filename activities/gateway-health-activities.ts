import { GATEWAY_HEALTH_ACTIVITY, type GatewayHealth } from '../domain/gateway-health';

/** What a worker knows of MobiFone's gateway by the calls that it has made; nothing is sent. */
export function createGatewayHealthActivities(circuit: { readonly health: GatewayHealth }) {
  return { [GATEWAY_HEALTH_ACTIVITY]: async (): Promise<GatewayHealth> => circuit.health };
}
