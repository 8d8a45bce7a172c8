import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { PurchaseId } from '../../domain/identifiers';
import type { Purchase } from '../../domain/purchase/purchase';
import { LatestEntries } from '../../runtime/latest-entries';

/** What was asked longest ago is forgotten. */
const MOST_KEPT = 1_000;

/** What MobiFone said last about each purchase when somebody asked: a page says it as long as nothing has happened since. */
export class LastAnswers {
  private readonly kept = new LatestEntries<PurchaseId, MobifoneAnswers>(MOST_KEPT);

  keep(id: PurchaseId, answers: MobifoneAnswers): void {
    this.kept.set(id, answers);
  }

  /** Undefined where it was not asked since the last thing that happened to the purchase. */
  of({ order, events }: Pick<Purchase, 'order' | 'events'>): MobifoneAnswers | undefined {
    const answers = this.kept.get(order.purchaseId);
    const last = events.at(-1)?.at ?? order.acceptedAt;
    return answers && Date.parse(answers.at) > Date.parse(last) ? answers : undefined;
  }
}
