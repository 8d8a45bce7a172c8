import express, { type Router } from 'express';
import { z } from 'zod';
import { daysAfter, type LocalDay } from '../domain/local-time';
import { read } from './admin';
import type { Ledger } from './ledger';
import { SEEDABLE_KINDS, seedDifferences, type SeededFiles } from './seeded-differences';
import { settlementCsv, settlementOfDay } from './settlement-file';
import type { SettlementTerms } from './settlement-lines';

const PARTS = ['day', 'next_day', 'correction', 'seeded'] as const;
const querySchema = z.strictObject({
  date: z.iso.date().transform((date) => date as LocalDay), // a calendar day, just checked
  /** `seed:7` spoils the files, one purchase for each kind. */
  differences: z
    .string()
    .regex(/^seed:\d{1,9}$/, 'It must be seed:N, as seed:7.')
    .optional(),
  /** Only these kinds, comma-separated; all unless given. */
  kinds: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(SEEDABLE_KINDS)))
    .default(SEEDABLE_KINDS),
  part: z.enum(PARTS).default('day'),
});

/** MobiFone's settlement file of a day, and beside it the list of what it was made to differ in (I10). */
export function settlementRoutes(ledger: Ledger, terms: SettlementTerms): Router {
  const router = express.Router();
  router.get('/sandbox/settlement', async (request, response) => {
    const query = read(querySchema, request.query, response);
    if (!query) return;
    const { date, differences, kinds, part } = query;
    const lines = await settlementOfDay(ledger, date, terms);
    const files: SeededFiles = differences
      ? seedDifferences(lines, kinds, Number(differences.slice('seed:'.length)))
      : { day: lines, nextDay: [], corrections: [], seeded: [] };
    const csv = (name: string, content: SeededFiles['day']) =>
      void response.type('text/csv').attachment(name).send(settlementCsv(content));
    const nextDay = daysAfter(date, 1);
    switch (part) {
      case 'day':
        return csv(`settlement-${date}.csv`, files.day);
      case 'next_day': {
        const others = await settlementOfDay(ledger, nextDay, terms);
        return csv(`settlement-${nextDay}.csv`, [...files.nextDay, ...others]);
      }
      case 'correction':
        return csv(`correction-${date}.csv`, files.corrections);
      case 'seeded':
        return void response.json({ date, seeded: files.seeded });
    }
  });
  return router;
}
