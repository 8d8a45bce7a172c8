import type { Decision } from '../domain/purchase/attention';
import type { CaseEvidence, ReconciledSubject } from '../domain/case/case';
import {
  channelName,
  externalId,
  purchaseId,
  type CaseId,
  type ChannelName,
  type ExternalId,
  type PurchaseId,
} from '../domain/identifiers';
import type { Purchase } from '../domain/purchase/purchase';
import { vnd } from '../domain/vnd';
import type { ListedCase } from '../client/listed-case';
import { caseProof } from './case-proof';
import type { Pair } from './comparison';
import { remediesOf } from './remedies';
import type { Break, Report } from './report';
import { compareText } from '../runtime/text-order';

/** What is sent to Temporal once a person has confirmed it. */
export type ProposedAction =
  | { kind: 'decide'; decision: Decision }
  | { kind: 'open_case'; subject: ReconciledSubject; evidence: CaseEvidence }
  | { kind: 'close_case'; id: CaseId; how: string };

export interface Proposal {
  purchaseId: PurchaseId;
  channel: ChannelName;
  externalId: ExternalId;
  /** The break, or `case` when an open case is to be closed. */
  about: Break['kind'] | 'case';
  /** The amount at stake, whole đồng. */
  atStake: number;
  action: ProposedAction;
  /** The evidence, which is recorded as the reason; it names the settlement files. */
  why: string;
  webUiLink: string | null;
}

/** A break for which nothing is proposed, and why. */
export interface LeftAlone {
  purchaseId: string;
  about: Break['kind'];
  because: string;
}

export interface Proposals {
  proposals: Proposal[];
  leftAlone: LeftAlone[];
}

/** What proposals are made from, beside the report. */
export interface ProposalSources {
  purchase(channel: ChannelName, externalId: ExternalId): Promise<Purchase | undefined>;
  /** The cases that were open before the day was reconciled. */
  openCases: readonly ListedCase[];
  /** Both sides of the purchases that those are about. */
  pairs: ReadonlyMap<string, Pair>;
}

/** Proposals that correct the breaks of a report and close the open cases that MobiFone has settled, in the report's order. */
export async function proposalsFor(report: Report, sources: ProposalSources): Promise<Proposals> {
  const proposals: Proposal[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const row of report.breaks) {
    const isOpen = row.kind === 'open_here';
    const purchase = isOpen && row.ours?.needsAttention ? await purchaseNow(row, sources) : undefined;
    const remedies = remediesOf(row, {
      day: report.day,
      settlementFile: dayFileOf(report),
      complete: report.files.every(({ badLineCount }) => badLineCount === 0),
      nextDayKnown: report.files.some(({ role }) => role === 'next_day'),
      alone: report.breaks.filter((other) => other.purchaseId === row.purchaseId).length === 1,
      purchase,
    });
    for (const remedy of remedies) {
      if (remedy.kind === 'none') {
        leftAlone.push({ purchaseId: row.purchaseId, about: row.kind, because: remedy.because });
      } else {
        const action: ProposedAction =
          remedy.kind === 'decide'
            ? { kind: 'decide', decision: remedy.decision }
            : openCase(remedy.subject, row, report);
        const atStake = action.kind === 'open_case' ? action.evidence.atStake : row.atStake;
        proposals.push({ ...ofRow(row), atStake, action, why: `${remedy.because}; ${filesOf(report)}` });
      }
    }
  }
  return { proposals: [...proposals, ...closings(report, sources)], leftAlone };
}

function purchaseNow(row: Break, sources: ProposalSources): Promise<Purchase | undefined> {
  const { channel, externalId } = ofRow(row);
  return sources.purchase(channel, externalId);
}

function ofRow(row: Break): Omit<Proposal, 'action' | 'why'> {
  return {
    purchaseId: purchaseId(row.purchaseId),
    channel: channelName(row.channel ?? ''),
    externalId: externalId(row.externalId ?? ''),
    about: row.kind,
    atStake: row.atStake,
    webUiLink: row.evidence?.webUiLink ?? null,
  };
}

function openCase(subject: ReconciledSubject, row: Break, report: Report): ProposedAction {
  const reversed =
    subject.kind === 'reversal' && row.theirs.find(({ reference }) => reference === subject.reference);
  const evidence: CaseEvidence = {
    day: report.day,
    breakKind: row.kind,
    atStake: vnd(reversed ? reversed.amount : row.atStake),
    references: row.references,
    detail: row.detail,
    settlementFile: dayFileOf(report),
  };
  return { kind: 'open_case', subject, evidence };
}

/** SHA-256 of the day's file. */
function dayFileOf({ files }: Report): string {
  return files.find(({ role }) => role === 'day')?.sha256 ?? '';
}

/** Closings of the open cases that MobiFone has corrected, as the files show; other cases stay open. */
function closings(report: Report, { openCases, pairs }: ProposalSources): Proposal[] {
  const proposals: Proposal[] = [];
  for (const { card, state } of openCases.toSorted((one, other) => compareText(one.card.id, other.card.id))) {
    const pair = pairs.get(card.purchaseId);
    const proof = state === 'open' && pair ? caseProof(card, pair, report.day) : undefined;
    if (!proof) continue;
    const { purchaseId, channel, externalId, evidence } = card;
    const action: ProposedAction = { kind: 'close_case', id: card.id, how: proof };
    proposals.push({
      purchaseId,
      channel,
      externalId,
      about: 'case',
      atStake: evidence.atStake,
      action,
      why: `${report.day} was reconciled; ${filesOf(report)}`,
      webUiLink: null,
    });
  }
  return proposals;
}

function filesOf({ files }: Report): string {
  return `settlement files ${files.map(({ role, sha256 }) => `${role} sha256:${sha256}`).join(', ')}`;
}
