import type { Session } from '../../desk/access/sessions';
import { queuePage } from '../../desk/queue/queue-page';
import { WORDS } from '../../desk/words/words';
import { batchId, channelName } from '../../domain/identifiers';
import { PurchaseWords } from '../../operators/purchase-words';
import type { QueueItem } from '../../operators/queue-item';

const session: Session = {
  id: 's-1',
  csrf: 'token',
  person: { name: 'lan', role: 'act' },
};
const UNHEARD: QueueItem = {
  kind: 'batch_notice',
  waitsFor: 'person',
  notice: 'batch.completed',
  since: '2026-11-24T03:05:00.000Z',
  channel: channelName('demo'),
  batchId: batchId('staff-2026-11'),
  purchaseId: null,
  package: null,
  atStake: 0,
};

describe.each(['en', 'vi'] as const)(
  'the notice of a batch that its channel does not take, in %s',
  (language) => {
    it('stands in the queue with a link to the batch, and can be filtered by its kind', () => {
      const visit = { language, words: WORDS[language], say: new PurchaseWords(language), session };
      const queue = { items: [UNHEARD], unlisted: [], unreadable: [], batchesNotLookedAt: 0, unreadDays: [] };
      const filter = { kind: 'batch_notice', reason: '', channel: '', package: '' };
      const page = queuePage(
        visit,
        { queue, hasWorkers: true, waitingWork: [], pauses: [], digest: '' },
        filter,
      );
      expect(page).toContain('<a href="/batches/demo/staff-2026-11">');
      expect(page).toMatch(/<option value="batch_notice"\s+selected>/);
      expect(page).toContain(`${visit.say.notice('batch.completed')}: ${WORDS[language].queue.noticeReason}`);
    });
  },
);
