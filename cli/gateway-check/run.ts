import { randomBytes } from 'node:crypto';
import type { Msisdn } from '../../domain/msisdn';
import { authenticator } from '../../mobifone/authenticator';
import type { Credentials, Dialect } from '../../mobifone/dialect';
import { Wire } from '../../mobifone/wire';
import { InquiryLag, type LagSample } from './inquiry-lag';
import { Line } from './line';
import { type Finding, NotProbed, type Probe, type ProbeContext } from './probe';
import { RecordedWire, type Exchange } from './recorded-wire';
import { settingsThatFollow, type SettingsThatFollow } from './settings-that-follow';
import { TrialSales, type Terms } from './trial-sales';
import { Undo, type Leftover } from './undo';

export interface CheckSetup {
  baseUrl: string;
  dialect: Dialect;
  credentials: Credentials;
  callTimeoutMs: number;
  terms: Terms;
  /** How long an inquiry, or a command whose connection was cut, is waited for. */
  maxLagMs: number;
  probes: readonly Probe[];
}

export interface CheckResult {
  findings: readonly Finding[];
  lags: readonly LagSample[];
  settings: SettingsThatFollow;
  leftovers: readonly Leftover[];
  exchanges: readonly Exchange[];
  wasInterrupted: boolean;
}

/** No probe can tell anything of a gateway that cannot be reached. */
export class GatewayUnreachable extends Error {
  override readonly name = 'GatewayUnreachable';
}

/** A run of the check, which can tell at any time what it has left at MobiFone. */
export class GatewayCheck {
  private readonly line: Line;
  private readonly undo: Undo;
  private readonly context: ProbeContext;
  private readonly wire: Wire;
  private readonly recorded: RecordedWire;

  constructor(private readonly setup: CheckSetup) {
    const { dialect, credentials, terms } = setup;
    this.wire = new Wire(setup.baseUrl, setup.callTimeoutMs);
    const authorise = authenticator(dialect, credentials, this.wire);
    const named = [...terms.numbers, ...(terms.refusedNumber ? [terms.refusedNumber] : [])];
    this.recorded = new RecordedWire(this.wire);
    this.line = new Line({ dialect, wire: this.recorded, authorise, numbers: new Set<Msisdn>(named) });
    const run = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
    const sales = new TrialSales(this.line, terms, run);
    const lag = new InquiryLag(this.line, sales, setup.maxLagMs);
    this.undo = new Undo(sales, lag);
    const seen = { landingsMs: [] };
    this.context = { line: this.line, sales, lag, terms, credentials, seen };
  }

  /**
   * Runs the probes one after the other, each with its sales undone before the next.
   * @param interrupted ends the probes, and not the undoing
   * @param onFinding told of each as it comes
   * @throws GatewayUnreachable when nothing was probed; a defect, after all was undone
   */
  async run(interrupted: AbortSignal, onFinding: (finding: Finding) => void): Promise<CheckResult> {
    const findings: Finding[] = [];
    interrupted.addEventListener('abort', () => this.context.lag.hurry(), { once: true });
    try {
      await this.reach();
      for (const probe of this.setup.probes) {
        const finding = await this.probed(probe, interrupted);
        if (!finding) break;
        findings.push(finding);
        onFinding(finding);
      }
    } finally {
      await this.undoAll();
    }
    return this.resultOf(findings, interrupted.aborted);
  }

  /** What stands or must be looked at now. */
  leftovers(): Leftover[] {
    return this.undo.leftovers();
  }

  close(): void {
    this.wire.close();
  }

  private async reach(): Promise<void> {
    this.recorded.probe = 'reach';
    const { msisdn, registrationId } = this.context.sales.open();
    const delivery = await this.line.deliver('inquiry', { transactionId: registrationId, msisdn });
    if (delivery.kind !== 'answer') throw new GatewayUnreachable(`MobiFone’s gateway: ${delivery.detail}.`);
  }

  /** @returns nothing when it was interrupted */
  private async probed(probe: Probe, interrupted: AbortSignal): Promise<Finding | undefined> {
    const { id, title } = probe;
    this.recorded.probe = id;
    this.recorded.signal = interrupted;
    try {
      if (interrupted.aborted) return undefined;
      const { result, because } = await probe.run(this.context);
      return { id, title, result, because };
    } catch (error) {
      if (error instanceof NotProbed) return { id, title, result: 'not_probed', because: [error.message] };
      if (interrupted.aborted) return undefined;
      throw error;
    } finally {
      await this.undoAll();
    }
  }

  private async undoAll(): Promise<void> {
    this.recorded.signal = undefined;
    await this.undo.all();
  }

  private resultOf(findings: readonly Finding[], wasInterrupted: boolean): CheckResult {
    const reviewed = findings.map((finding): Finding => {
      const review = this.setup.probes.find(({ id }) => id === finding.id)?.review;
      return review ? { ...finding, ...pickFinding(review(this.context)) } : finding;
    });
    return {
      findings: reviewed,
      lags: this.context.lag.samples,
      settings: settingsThatFollow(reviewed, this.context),
      leftovers: this.leftovers(),
      exchanges: this.recorded.exchanges,
      wasInterrupted,
    };
  }
}

function pickFinding({ result, because }: Pick<Finding, 'result' | 'because'>) {
  return { result, because };
}
