import { Router, type Request, type Response } from 'express';
import { BLOCK_TAKES_EFFECT_MS } from '../../client/blocks';
import { StoredDataUnreadable } from '../../client/stored-data-unreadable';
import type { Block } from '../../domain/blocks';
import { isPurchaseId, type PurchaseId } from '../../domain/identifiers';
import { maskMsisdn, type Msisdn } from '../../domain/msisdn';
import { parseMsisdn } from '../../domain/msisdn-parsing';
import { orderOfPurchase } from '../../operators/purchase-ref';
import { formText, queryText, personsText, requireRole, requireToken } from '../access/guards';
import type { DeskParts } from '../parts';
import { ToldOnce } from '../told-once';
import { signedIn } from '../visit';
import { numbersPage } from './numbers-page';

const PAGE = 'numbers';
const SECONDS = BLOCK_TAKES_EFFECT_MS / 1000;

/** The numbers that nothing is sold to: listed, blocked and sold to again, by the functions of `datacode blocks`. */
export function numberRoutes(parts: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const told = new ToldOnce();
  const { blocks, logger, limitsOfNumbers, watch } = parts;
  router.get('/numbers', async (request, response) => {
    const visit = signedIn(response);
    const given = queryText(request, 'purchase');
    const order = isPurchaseId(given) ? await orderOfPurchase(parts.client, given) : undefined;
    const numbers = {
      state: await blocks.read(),
      limits: limitsOfNumbers(),
      waiting: watch.waiting,
      of: order && {
        purchaseId: order.purchaseId,
        externalId: order.externalId,
        masked: maskMsisdn(order.msisdn),
      },
    };
    response.send(numbersPage(visit, numbers, told.take(visit.session, PAGE)));
  });
  const change = (isBlock: boolean) => async (request: Request, response: Response) => {
    const { session, words, say } = signedIn(response);
    requireToken(request, session);
    requireRole(session, 'act');
    const why = personsText(request, 'why');
    const msisdn = isBlock ? await numberToBlock(parts, request) : await numberToUnblock(parts, request);
    if (why === '' || msisdn === undefined) {
      const fault = why === '' ? words.acts.whyMissing : words.numbers.noNumber;
      told.keep(session, PAGE, { faults: [fault] });
      return backTo(response, formText(request, 'purchase'));
    }
    const by = session.person.name;
    const act = { msisdn, by, why };
    const result = isBlock ? await blocks.block(act) : await blocks.unblock(act);
    const masked = maskMsisdn(msisdn);
    const event = isBlock ? 'desk.block' : 'desk.unblock';
    logger.info({ event, who: by, msisdn: masked, result: result.kind }, 'a number');
    const done = isBlock
      ? words.numbers.blockedDone(masked, SECONDS)
      : words.numbers.unblockedDone(masked, SECONDS);
    const because =
      result.kind === 'applied' ? undefined : words.day.refusedBecause(say.refusal(result.because));
    told.keep(session, PAGE, because === undefined ? { done: [done] } : { faults: [because] });
    backTo(response, '');
  };
  router.post('/numbers/block', change(true));
  router.post('/numbers/unblock', change(false));
  return router;
}

function backTo(response: Response, purchase: string): void {
  response.redirect(303, isPurchaseId(purchase) ? `/numbers?purchase=${purchase}` : '/numbers');
}

type Form = Parameters<typeof formText>[0];

/** Of a purchase, or as it was typed; undefined where it is no number. */
async function numberToBlock({ client }: DeskParts, form: Form): Promise<Msisdn | undefined> {
  const purchase = formText(form, 'purchase');
  if (isPurchaseId(purchase)) return (await orderOfPurchase(client, purchase))?.msisdn;
  const parsed = parseMsisdn(formText(form, 'number'));
  return parsed.ok ? parsed.msisdn : undefined;
}

/** The page names a block by its moment and the masked number; undefined where that is not one block. */
async function numberToUnblock({ blocks }: DeskParts, form: Form): Promise<Msisdn | undefined> {
  const [since, masked] = [formText(form, 'since'), formText(form, 'masked')];
  const found = (await blocks.read()).blocks.filter(
    (block) => block.since === since && maskMsisdn(block.msisdn) === masked,
  );
  return found.length === 1 ? found[0]?.msisdn : undefined;
}

/** The block of a purchase's number, if there is one; a list that cannot be read hides no purchase. */
export async function blockOfPurchase(
  { blocks, client }: DeskParts,
  id: PurchaseId,
  masked: string,
): Promise<Block | undefined> {
  try {
    const alike = (await blocks.read()).blocks.filter(({ msisdn }) => maskMsisdn(msisdn) === masked);
    if (alike.length === 0) return undefined;
    const order = await orderOfPurchase(client, id);
    return alike.find(({ msisdn }) => msisdn === order?.msisdn);
  } catch (fault) {
    if (fault instanceof StoredDataUnreadable) return undefined;
    throw fault;
  }
}
