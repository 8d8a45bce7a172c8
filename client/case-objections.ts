import type { Client } from '@temporalio/client';
import { isContradiction, type Case, type CaseCard } from '../domain/case/case';
import { isHalfSold } from '../domain/case/closed-evidence';
import type { PurchasePolicy } from '../domain/purchase/purchase';
import { ClosedPurchases } from './closed-purchases';
import { Inquiries, InquiryUnsupported } from './inquiries';

/** The subscriber has what nobody was charged for. */
const HALF_SOLD = 'MobiFone answers that the registration still stands, and that it was not charged';

interface Settings {
  taskQueue: string;
  policy: PurchasePolicy;
}

/**
 * Why it cannot be that nothing was wrong, by MobiFone's last answer, or by its answer now where it had denied what a person
 * stated; undefined where nothing speaks against it. No answer is no reason to believe it.
 * @throws TemporalUnavailable
 */
export async function objectionToReject(
  client: Client,
  settings: Settings,
  { atMobifone, card }: Pick<Case, 'atMobifone' | 'card'>,
): Promise<string | undefined> {
  if (isContradiction(card.evidence)) return standingDenial(client, settings, card);
  if (!atMobifone || !isHalfSold(atMobifone)) return undefined;
  if (card.subject.kind !== 'workflow_closed') return HALF_SOLD;
  const { runId } = card.subject; // a newer run has or will have other answers
  const status = await new ClosedPurchases(client).standing({ ...card, runId });
  return status === 'cut_off' || status === 'forgotten' ? HALF_SOLD : undefined;
}

/** Undefined also where MobiFone cannot be asked. */
async function standingDenial(
  client: Client,
  settings: Settings,
  card: CaseCard,
): Promise<string | undefined> {
  const answers = await new Inquiries(client, settings).askAbout(card).catch((fault: unknown) => {
    if (fault instanceof InquiryUnsupported) return undefined;
    throw fault;
  });
  if (!answers) return undefined;
  const money = answers.charge === undefined ? 'registration' : 'charge'; // prepaid has no charge
  const answer = answers[money] ?? 'no_answer';
  if (answer === 'done') return undefined;
  if (answer === 'no_answer') return `MobiFone does not answer about the ${money}; ask again later`;
  return isHalfSold(answers) ? HALF_SOLD : `MobiFone answers that the ${money} is ${answer}`;
}
