/**
 * The update that a request was made for: stored, it is encrypted as a whole, and whoever has no key could send it as another
 * update of the same form. One that a person types may leave it out.
 */
export interface ActOfRequest {
  act?: string;
}

/** Why a request is not for this update; nothing when it is. */
export function actFault({ act }: ActOfRequest, update: string): string | undefined {
  return act === undefined || act === update ? undefined : `the input is of another act than "${update}"`;
}
