export function placeOfOthers(place: string): string | undefined;
