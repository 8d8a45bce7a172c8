/**
 * Whether purchases go to MobiFone itself, where nothing made up may be used: no public credentials, prices or keys of a demo.
 * The sandbox speaks plain HTTP only, and no other machine is called by that.
 */
export function isRealGateway(gatewayUrl: string | undefined): boolean {
  return gatewayUrl !== undefined && URL.canParse(gatewayUrl) && new URL(gatewayUrl).protocol === 'https:';
}
