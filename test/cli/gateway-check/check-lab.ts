import { msisdn, type Msisdn } from '../../../domain/msisdn';
import { packageCode, type PaymentForm } from '../../../domain/catalogue/packages';
import { vnd } from '../../../domain/vnd';
import { DATACODE_JSON } from '../../../mobifone/dialects/datacode-json';
import type { FaultRule } from '../../../sandbox/faults';
import { PROFILES, type GatewayProfile } from '../../../sandbox/profile';
import { startSandbox, type Sandbox } from '../../../sandbox/server';
import { chosenProbes, type CheckOptions } from '../../../cli/gateway-check/options';
import type { ProbeId, Result } from '../../../cli/gateway-check/probe';
import { PROBES } from '../../../cli/gateway-check/probes';
import { GatewayCheck, type CheckResult, type CheckSetup } from '../../../cli/gateway-check/run';

export const NUMBER = msisdn('84901234567');
export const CREDENTIALS = { clientId: 'agent', clientSecret: 'secret' };

export interface CheckStory {
  /** What is not kept; all else is. */
  without?: Partial<GatewayProfile>;
  faults?: readonly (Pick<FaultRule, 'call' | 'fault'> & Partial<FaultRule>)[];
  form?: PaymentForm;
  maxLagMs?: number;
  probes?: Pick<CheckOptions, 'only' | 'sms' | 'limits'>;
  numbers?: readonly [Msisdn, ...Msisdn[]];
  refusedNumber?: Msisdn;
}

/** A sandbox for the length of one story. */
export async function withSandbox<T>(
  { without = {}, faults = [] }: Pick<CheckStory, 'without' | 'faults'>,
  play: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    packages: [
      { code: 'D10', faceValue: 10_000 },
      { code: 'D15', faceValue: 15_000 },
    ],
    profile: { ...PROFILES.all_kept, ...without },
    ...CREDENTIALS,
  });
  try {
    for (const rule of faults) sandbox.faults.add(rule);
    return await play(sandbox);
  } finally {
    await sandbox.stop();
  }
}

export function setupAt(baseUrl: string, story: CheckStory): CheckSetup {
  const { form = 'postpaid', maxLagMs = 60_000, probes = {}, numbers = [NUMBER], refusedNumber } = story;
  return {
    baseUrl,
    dialect: DATACODE_JSON,
    credentials: CREDENTIALS,
    callTimeoutMs: 30_000,
    terms: {
      paymentForm: form,
      packageCode: packageCode('D10'),
      amount: vnd(10_000),
      other: { packageCode: packageCode('D15'), amount: vnd(15_000) },
      numbers,
      ...(refusedNumber ? { refusedNumber } : {}),
    },
    maxLagMs,
    probes: chosenProbes(PROBES, probes),
  };
}

/** What the check finds at a gateway, and what the gateway's ledger has of it. */
export async function checked(
  story: CheckStory,
): Promise<{ result: CheckResult; sandbox: Sandbox; stillThere: string[] }> {
  return withSandbox(story, async (sandbox) => {
    const check = new GatewayCheck(setupAt(sandbox.url, story));
    try {
      const result = await check.run(new AbortController().signal, () => undefined);
      return { result, sandbox, stillThere: stillThere(sandbox) };
    } finally {
      check.close();
    }
  });
}

/** The purchases of which something stands at MobiFone. */
export function stillThere({ ledger }: Sandbox): string[] {
  const purchases = new Set(
    ledger.entries.flatMap((entry) =>
      entry.kind === 'registered' ? [entry.transactionId.split('.')[0] ?? ''] : [],
    ),
  );
  return [...purchases].filter((id) => {
    const { registered, chargesStanding } = ledger.position(id);
    return registered || chargesStanding > 0;
  });
}

export function resultOf({ findings }: CheckResult, id: ProbeId): Result | undefined {
  return findings.find((finding) => finding.id === id)?.result;
}

export function results({ findings }: CheckResult): Record<string, Result> {
  return Object.fromEntries(findings.map(({ id, result }) => [id, result]));
}

export function because({ findings }: CheckResult, id: ProbeId): string {
  return findings.find((finding) => finding.id === id)?.because.join(' ') ?? '';
}
