import type { Language } from '../../domain/bilingual';
import { EN, type Words } from './en';
import { VI } from './vi';

export type { Words };

export const WORDS: Readonly<Record<Language, Words>> = { en: EN, vi: VI };

/** `90.000 ₫` in Vietnamese, `90,000 VND` in English. */
export function money(amount: number, language: Language): string {
  const digits = String(Math.abs(amount)).replace(/\B(?=(\d{3})+$)/g, language === 'vi' ? '.' : ',');
  return `${amount < 0 ? '−' : ''}${digits} ${language === 'vi' ? '₫' : 'VND'}`;
}
