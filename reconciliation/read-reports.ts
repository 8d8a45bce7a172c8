import { z } from 'zod';
import { calendarDay } from '../domain/local-time';
import { CHANNEL_NAME_PATTERN } from '../domain/identifiers';

const whole = z.number().int();
const money = z.object({ gross: whole, discount: whole, payable: whole });

/** Sales that are ours have a channel; of all others there is nothing to book. */
const ofChannel = z
  .object({ key: z.string(), ours: money })
  .refine(({ key, ours }) => CHANNEL_NAME_PATTERN.test(key) || ours.gross === 0, { path: ['key'] });

/**
 * A day's report, for the books; of it, as of the others here, only what is used. Where no key is configured, anybody may have
 * written them: a digest is no proof.
 */
export const bookedReport = z.object({
  day: z.string().refine((text) => calendarDay(text) !== undefined),
  totals: z.object({ ours: money, theirs: money, by: z.object({ channel: z.array(ofChannel) }) }),
});
export type BookedReport = z.output<typeof bookedReport>;

/** The last day's report, for what it expects of the next. */
export const expectingReport = z.object({
  carryOver: z.array(z.string()),
  breaks: z.array(z.object({ awaited: z.boolean(), purchaseId: z.string(), atStake: whole })),
});
export type ExpectingReport = z.output<typeof expectingReport>;

/** A period's account, for the next one. */
export const closedAccount = z.object({
  agent: z.object({ closing: money }),
  mobifone: z.object({ closing: money }),
});

/** Where it is not as we write it; a report itself is quoted nowhere. */
export function placeOfFault({ issues: [first] }: z.ZodError): string {
  return first?.path.join('.') ?? '';
}
