export function placeOfOthers(place: string, program?: string): string | undefined;
