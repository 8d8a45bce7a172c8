import { acceptedPurchase } from '../../domain/purchase/purchase';
import type { Decision } from '../../domain/purchase/attention';
import { purchaseStory, type DecidedByPerson } from '../../workflows/purchase/story';
import { anOrder } from '../support/orders';

const purchase = acceptedPurchase(anOrder());
const stuck = {
  ...purchase,
  attention: { reason: 'no_answer', step: 'charge', since: purchase.updatedAt, detail: 'no reply' } as const,
};

/** What a reader can copy out of the details. */
function dataIn(story: string): unknown[] {
  return [...story.matchAll(/```json\n([^`]+)```/g)].map(([, data = '']) => JSON.parse(data));
}

describe('the details of a purchase that needs a person', () => {
  it('have the data of the update for each decision that is open, ready to be copied', () => {
    const open: Decision[] = ['retry_now', 'charge_was_done', 'charge_was_not_done', 'give_up'];
    expect(dataIn(purchaseStory(stuck))).toEqual(
      open.map((decision) => ({ decision, by: '', why: '' })), // which is refused as it is: nobody decides in no name
    );
  });

  it('have none where nothing is to be decided', () => {
    expect(dataIn(purchaseStory(purchase))).toEqual([]);
  });

  it('tell who decided what and why, and what came of it', () => {
    const decided: DecidedByPerson[] = [
      {
        at: '2026-11-24T03:05:33Z',
        what: 'charge_was_done',
        by: 'lan',
        why: 'by *phone*',
        reference: 'case 4711',
        notApplied: 'MobiFone answers that the charge is refused',
      },
      { at: '2026-11-24T03:06:00Z', what: 'give_up', by: 'lan', why: 'too long', notApplied: null },
    ];
    expect(purchaseStory(stuck, decided)).toContain(
      [
        '- 10:05:33 `charge_was_done` by `lan`: `by *phone*` [`case 4711`]; not applied: `MobiFone answers that the charge is refused`',
        '- 10:06:00 `give_up` by `lan`: `too long`; applied',
      ].join('\n'),
    );
  });
});
