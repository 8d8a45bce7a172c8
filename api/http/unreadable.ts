import type { BilingualText } from '../../domain/bilingual';
import type { UnreadableReason } from '../../encryption/payload-unreadable';

type Because = Readonly<Record<Exclude<UnreadableReason, 'key_shredded'>, BilingualText>>;

/** Why something cannot be read, for its channel; what was erased has a problem of its own. */
function becauseOf(what: BilingualText, safe: BilingualText): Because {
  const because = (en: string, vi: string): BilingualText => ({
    en: `${en} ${safe.en}`,
    vi: `${vi} ${safe.vi}`,
  });
  const changed = because(
    `The stored data of this ${what.en} is not what we wrote; our operators have to restore it.`,
    `Dữ liệu đã lưu của ${what.vi} này không còn như chúng tôi đã ghi; bộ phận vận hành của chúng tôi phải khôi phục.`,
  );
  return {
    key_missing: because(
      'A decryption key is missing on our side.',
      'Phía chúng tôi đang thiếu khóa giải mã.',
    ),
    clear_text: because(
      `The stored data of this ${what.en} is not encrypted, which we refuse; our operators have to look at it.`,
      `Dữ liệu đã lưu của ${what.vi} này không được mã hóa nên bị từ chối; bộ phận vận hành của chúng tôi phải kiểm tra.`,
    ),
    moved: because(
      `The stored data of something else is in the place of this ${what.en}; our operators have to restore it.`,
      `Ở chỗ của ${what.vi} này là dữ liệu của nơi khác; bộ phận vận hành của chúng tôi phải khôi phục.`,
    ),
    tampered: changed,
    no_order: changed,
    index_changed: changed,
    not_decodable: changed,
  };
}

export const PURCHASE_UNREADABLE_BECAUSE = becauseOf(
  { en: 'purchase', vi: 'giao dịch' },
  {
    en: 'Nothing was sold twice: send the same request again later, never with another external id.',
    vi: 'Không giao dịch nào bị thực hiện hai lần: hãy gửi lại đúng yêu cầu đó sau, không dùng mã đơn hàng khác.',
  },
);

export const BATCH_UNREADABLE_BECAUSE = becauseOf(
  { en: 'batch', vi: 'lô' },
  {
    en: 'No row is sold twice: send the same request again later, never under another batch id.',
    vi: 'Không dòng nào bị bán hai lần: hãy gửi lại đúng yêu cầu đó sau, không dùng mã lô khác.',
  },
);
