export function placeOfOthers(place: string, program?: string): string | undefined;
export function placeOfStrangers(place: string): string | undefined;
export function placeOfEverybody(place: string): string | undefined;
export function isStrangers(found: { readonly uid: number }, program?: string): boolean;
