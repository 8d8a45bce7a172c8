import { z } from 'zod';
import { htmlText } from '../domain/harmless-text';
import { readJsonFile } from '../runtime/json-file';

const text = z.string().min(1).max(300);

const partySchema = z.strictObject({
  name: text,
  address: text,
  taxCode: z
    .string()
    .regex(/^\d{10}(-\d{3})?$/, 'It must be a tax code: ten digits, and perhaps - and three more.'),
  phone: text.optional(),
  bankAccount: text.optional(),
  representative: text,
  position: text,
});
export type Party = z.output<typeof partySchema>;

export const partiesSchema = z.strictObject({
  about: z.string().optional(),
  /** The statement's number; `{date}` is its day as 20261123. */
  number: text,
  place: text,
  contract: z.strictObject({ number: text, signedOn: text }),
  agent: partySchema,
  mobifone: partySchema,
  /** In percent, and contained in all amounts; nothing is said of it where it is not given. */
  vatPercent: z.number().min(0).max(100).optional(),
});

/** What two companies sign about: who they are, and by which contract. */
export type Parties = z.output<typeof partiesSchema>;

/**
 * @throws UnusableFile that lists every fault by its JSON pointer
 */
export function loadParties(file: string): Parties {
  return readJsonFile(
    file,
    partiesSchema,
    'name a file of the parties; docs/reconciliation.md describes it.',
  );
}

/** The tax that amounts with tax contain, rounded half up to the đồng. */
export function vatWithin(amount: number, percent: number): number {
  const vat = Math.round((Math.abs(amount) * percent) / (100 + percent));
  return amount < 0 ? -vat : vat;
}

/** `20261123/BBĐC`. */
export function statementNumber({ number }: Parties, day: string): string {
  return number.replaceAll('{date}', day.replaceAll('-', ''));
}

/** A party with all by which it is known, on its own lines. */
export function partyHtml(heading: string, party: Party, words: Record<keyof Party, string>): string {
  const lines = (['address', 'taxCode', 'phone', 'bankAccount', 'representative', 'position'] as const)
    .filter((name) => party[name] !== undefined)
    .map((name) => `<tr><td>${words[name]}</td><td>${htmlText(party[name] ?? '')}</td></tr>`);
  return `<h2>${heading}: ${htmlText(party.name)}</h2><table class="party">${lines.join('')}</table>`;
}
