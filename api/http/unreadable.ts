import type { BilingualText } from '../../domain/bilingual';
import type { UnreadableReason } from '../../encryption/payload-unreadable';

const SAFE: BilingualText = {
  en: 'Nothing was sold twice: send the same request again later, never with another external id.',
  vi: 'Không giao dịch nào bị thực hiện hai lần: hãy gửi lại đúng yêu cầu đó sau, không dùng mã đơn hàng khác.',
};

function because(en: string, vi: string): BilingualText {
  return { en: `${en} ${SAFE.en}`, vi: `${vi} ${SAFE.vi}` };
}

const CHANGED = because(
  'The stored data of this purchase is not what we wrote; our operators have to restore it.',
  'Dữ liệu đã lưu của giao dịch này không còn như chúng tôi đã ghi; bộ phận vận hành của chúng tôi phải khôi phục.',
);

/** Why a purchase cannot be read, for its channel; an erased one has a problem of its own. */
export const UNREADABLE_BECAUSE: Readonly<Record<Exclude<UnreadableReason, 'key_shredded'>, BilingualText>> =
  {
    key_missing: because(
      'A decryption key is missing on our side.',
      'Phía chúng tôi đang thiếu khóa giải mã.',
    ),
    clear_text: because(
      'The stored data of this purchase is not encrypted, which we refuse; our operators have to look at it.',
      'Dữ liệu đã lưu của giao dịch này không được mã hóa nên bị từ chối; bộ phận vận hành của chúng tôi phải kiểm tra.',
    ),
    moved: because(
      'The stored data of something else is in the place of this purchase; our operators have to restore it.',
      'Ở chỗ của giao dịch này là dữ liệu của nơi khác; bộ phận vận hành của chúng tôi phải khôi phục.',
    ),
    tampered: CHANGED,
    no_order: CHANGED,
    not_decodable: CHANGED,
  };
