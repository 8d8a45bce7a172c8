import type { CaseDecision } from '../../domain/case/case';
import type { Words } from '../words/words';

/** What moves money, or gives up what was found, is never taken back: it is confirmed a second time. */
export function confirmationOf(words: Words, decision: CaseDecision): string | undefined {
  switch (decision) {
    case 'refund':
    case 're_register':
      return words.cases.confirm;
    case 'reject':
      return words.cases.confirmReject;
    case 'retry_now':
    case 'ask':
    case 'close':
      return undefined;
  }
}
