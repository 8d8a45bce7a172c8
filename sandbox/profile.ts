import { z } from 'zod';
import type { GatewayPromise } from '../domain/gateway-promises';

export const MAINTENANCE_STATUSES = [200, 302, 403, 404, 503] as const;

const DAY_MS = 86_400_000;
const durationMs = z.number().int().min(0).max(DAY_MS);

const fields = {
  /** P1. Without it each delivery of a command is executed. */
  executesOnce: z.boolean(),
  /** Without P1, a second delivery of a registration whose package is active: refused with 2002, or executed. */
  secondRegistration: z.enum(['already_active', 'executed']),
  /** P2 is `stick`. `replace_success`: a refusal also takes the place of an earlier success under the id. */
  refusals: z.enum(['stick', 'forgotten', 'replace_success']),
  /** P3: an inquiry sees an effect so many milliseconds after it happened. */
  inquiryLagMs: durationMs,
  /** What an inquiry answers until then. */
  inquiryBeforeThat: z.enum(['NOT_FOUND', 'PROCESSING']),
  /** P4: a command whose reply is lost (silence, reset, 5xx after the effect) lands so many milliseconds later. */
  landsLateMs: durationMs,
  /** P5. Without it what arrives after its rollback takes effect. */
  rollbackVoids: z.boolean(),
  /** P6 is `forgotten`. `stick`: the id of a refused rollback is refused for ever. */
  rollbackRefusals: z.enum(['forgotten', 'stick']),
  /** P7: whether inquiries carry `amount` and `packageCode`. */
  inquiryTellsSale: z.boolean(),
  /** The whole gateway, tokens included, answers with an HTML page of this status and does nothing. */
  maintenancePage: z.literal(MAINTENANCE_STATUSES).nullable(),
};

/** Which promises the stand-in keeps, and by what times. */
export const gatewayProfileSchema = z.strictObject(fields);
export type GatewayProfile = z.infer<typeof gatewayProfileSchema>;

const ALL_KEPT: GatewayProfile = {
  executesOnce: true,
  secondRegistration: 'already_active',
  refusals: 'stick',
  inquiryLagMs: 0,
  inquiryBeforeThat: 'NOT_FOUND',
  landsLateMs: 0,
  rollbackVoids: true,
  rollbackRefusals: 'forgotten',
  inquiryTellsSale: true,
  maintenancePage: null,
};

/** Profiles by name. */
export const PROFILES = {
  /** P1, P2 and P5, which the contract states; an inquiry lags a little, and no further promise is kept. */
  by_contract: { ...ALL_KEPT, inquiryLagMs: 500, rollbackRefusals: 'stick', inquiryTellsSale: false },
  all_kept: ALL_KEPT,
  none_kept: {
    ...ALL_KEPT,
    executesOnce: false,
    refusals: 'forgotten',
    inquiryLagMs: 60_000,
    landsLateMs: 60_000,
    rollbackVoids: false,
    rollbackRefusals: 'stick',
    inquiryTellsSale: false,
  },
} as const satisfies Record<string, GatewayProfile>;
export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[]; // the keys of the table above
export const DEFAULT_PROFILE: ProfileName = 'by_contract';

/** A profile as people write it: a preset, `by_contract` unless named, with the fields that differ from it. */
export const profileInputSchema = z
  .strictObject({ preset: z.enum(PROFILE_NAMES).default(DEFAULT_PROFILE) })
  .extend(z.strictObject(fields).partial().shape)
  .transform(({ preset, ...changes }): GatewayProfile => ({ ...PROFILES[preset], ...defined(changes) }));

function defined(changes: Partial<{ [F in keyof GatewayProfile]: GatewayProfile[F] | undefined }>) {
  return Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<GatewayProfile>; // only fields that are given
}

/** The setting is not a profile; the message names each faulty field. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

/**
 * Reads a preset's name, or JSON with the fields that differ from a preset.
 * @throws ProfileError
 */
export function parseProfile(text: string): GatewayProfile {
  const named = PROFILE_NAMES.find((name) => name === text);
  if (named) return PROFILES[named];
  const result = profileInputSchema.safeParse(jsonOf(text));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) =>
    `${issue.path.join('.')}: ${issue.message}`.replace(/^: /, ''),
  );
  throw new ProfileError(faults.join('; '));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProfileError(`"${text}" is neither a preset (${PROFILE_NAMES.join(', ')}) nor JSON`);
  }
}

/** How a profile treats each promise, in words; P3 and P4 hold for a caller that waits for their times. */
export function promisesOf(profile: GatewayProfile): Record<GatewayPromise, { kept: boolean; how: string }> {
  const { inquiryLagMs, landsLateMs } = profile;
  const yesNo = (kept: boolean, without: string) => ({ kept, how: kept ? 'kept' : without });
  return {
    P1: yesNo(
      profile.executesOnce,
      `each delivery is executed; a second registration: ${profile.secondRegistration}`,
    ),
    P2: yesNo(profile.refusals === 'stick', `refusals: ${profile.refusals}`),
    P3: yesNo(
      inquiryLagMs === 0,
      `inquiries see effects after ${inquiryLagMs} ms, ${profile.inquiryBeforeThat} before`,
    ),
    P4: yesNo(landsLateMs === 0, `a command whose reply is lost lands after ${landsLateMs} ms`),
    P5: yesNo(profile.rollbackVoids, 'what arrives after its rollback takes effect'),
    P6: yesNo(profile.rollbackRefusals === 'forgotten', 'a refused rollback stays refused under its id'),
    P7: yesNo(profile.inquiryTellsSale, 'inquiries give neither'),
  };
}
