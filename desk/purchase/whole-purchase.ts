import type { Request } from 'express';
import { listCases } from '../../client/cases';
import type { ListedCase } from '../../client/listed-case';
import { InquiryUnsupported } from '../../client/inquiries';
import { isCaseOver, type Case } from '../../domain/case/case';
import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import { isPurchaseId, type PurchaseId } from '../../domain/identifiers';
import type { NoticeLog } from '../../domain/notice/notice';
import { deliveryRequests, type DeliveryRequest } from '../../operators/delivery-requests';
import { resolvePurchase, type PurchaseName } from '../../operators/purchase-ref';
import { timelineOf, type Timeline } from '../../operators/timeline';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';

/** A purchase with all that belongs to it. */
export interface WholePurchase {
  name: PurchaseName;
  timeline: Timeline;
  notices: readonly NoticeLog[];
  /** Who had them delivered again. */
  asked: readonly DeliveryRequest[];
  cases: readonly ListedCase[];
  /** The case of a purchase that was ended from outside, once that is closed. */
  closedCase: Case | undefined;
  webUiLink: string | null;
}

/** What MobiFone says now; undefined where this Temporal server cannot have it asked. @throws TemporalUnavailable */
export async function answersOf(
  { inquiries }: Pick<DeskParts, 'inquiries'>,
  name: PurchaseName,
): Promise<MobifoneAnswers | undefined> {
  try {
    return await inquiries.askAbout(name);
  } catch (fault) {
    if (fault instanceof InquiryUnsupported) return undefined;
    throw fault;
  }
}

/** @throws DeskRefusal where there is none; TemporalUnavailable, PurchaseUnreadable */
export async function wholePurchase(parts: DeskParts, id: PurchaseId): Promise<WholePurchase> {
  const { client, notices, webUi, cases: allCases } = parts;
  const name = await resolvePurchase(client, id);
  const timeline = name && (await timelineOf(client, name));
  if (!timeline) throw new DeskRefusal(404, (words) => words.refusals.noPurchase);
  const cases: ListedCase[] = [];
  for await (const one of listCases(client, { purchaseId: id })) cases.push(one);
  const { channel, externalId } = name;
  const logs = (await notices.ofPurchase(channel, externalId)) ?? [];
  return {
    name,
    timeline,
    cases,
    closedCase: await closedCaseOf(allCases, cases),
    notices: logs,
    asked: await deliveryRequests(
      client,
      logs.map(({ notice }) => notice.id),
    ),
    webUiLink: webUi?.workflow(timeline.workflowId) ?? null,
  };
}

/** How it was closed is in its log only, which a case that is over has as its result: no worker is needed. */
async function closedCaseOf(
  all: Pick<DeskParts['cases'], 'find'>,
  known: readonly ListedCase[],
): Promise<Case | undefined> {
  const ended = known.filter(({ card }) => card.subject.kind === 'workflow_closed');
  const last = ended
    .toSorted((one, other) => Date.parse(one.card.openedAt) - Date.parse(other.card.openedAt))
    .at(-1);
  if (!last || ended.some(({ state }) => !isCaseOver(state))) return undefined;
  return all.find(last.card.id);
}

/** @throws DeskRefusal where no purchase can have it */
export function idOf(request: Request): PurchaseId {
  const { id } = request.params;
  if (typeof id === 'string' && isPurchaseId(id)) return id;
  throw new DeskRefusal(404, (words) => words.refusals.noPurchase);
}
