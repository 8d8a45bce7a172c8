/** A text in both languages that the API speaks. */
export interface BilingualText {
  en: string;
  vi: string;
}

export type Language = keyof BilingualText;
