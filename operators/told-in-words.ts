import type { Language } from '../domain/bilingual';
import { ownEntry } from '../domain/own-entry';
import { BREAK_KINDS } from '../domain/reconciliation/breaks';
import { REASON_CODES, REASONS } from '../domain/purchase/reasons';
import type { OperatorWords } from './operator-words';

/** A text that a workflow, an activity or a client writes in English, and how people read it. */
interface Rule {
  text: RegExp;
  en: (found: Found) => string;
  vi: (found: Found) => string;
}

interface Found {
  /** What stood in the brackets of the pattern. */
  at: (group: number) => string;
  state: (group: number) => string;
  caseState: (group: number) => string;
  transactionState: (group: number) => string;
  step: (group: number) => string;
  /** A kind of break of the reconciliation. */
  breakKind: (group: number) => string;
  /** Why a case was opened or a decision made, where a machine wrote it. */
  why: (group: number) => string;
}

const transaction = {
  en: (name: string) => `the ${name}`,
  vi: (name: string) => VI_TRANSACTIONS[name] ?? 'đăng ký',
};
const VI_TRANSACTIONS: Readonly<Record<string, string>> = {
  charge: 'lần trừ cước',
  'second registration': 'lần đăng ký thứ hai',
};

/** Why a decision was not applied, an act was refused, or what an answer of a case says. */
const REFUSALS: readonly Rule[] = [
  {
    text: /^[\w-]+ is not open while the purchase is over/,
    en: () => 'the purchase is over',
    vi: () => 'giao dịch đã kết thúc',
  },
  {
    text: /^[\w-]+ is not open while the purchase is (\w+)/,
    en: ({ state }) => `not possible while the purchase is: ${state(1)}`,
    vi: ({ state }) => `không làm được khi giao dịch: ${state(1)}`,
  },
  {
    text: /^\w+ is not open while the case is (\w+)/,
    en: ({ caseState }) => `not possible for the case now (${caseState(1)})`,
    vi: ({ caseState }) => `không làm được với vụ việc lúc này (${caseState(1)})`,
  },
  {
    text: /^this request was taken before/,
    en: () => 'this was sent before and is done at most once; look at what came of it',
    vi: () => 'yêu cầu này đã được gửi trước đó và chỉ được thực hiện một lần; hãy xem kết quả',
  },
  {
    text: /^the request was made for another run of the workflow/,
    en: () => 'the workflow has just begun a new run; do it again',
    vi: () => 'workflow vừa bắt đầu lần chạy mới; hãy làm lại',
  },
  {
    text: /^another decision is being weighed/,
    en: () => 'another decision is being checked with MobiFone',
    vi: () => 'một quyết định khác đang được kiểm tra với MobiFone',
  },
  {
    text: /^the (\w+) had ended meanwhile/,
    en: ({ step }) => `this step had ended meanwhile: ${step(1)}`,
    vi: ({ step }) => `bước này đã kết thúc trước đó: ${step(1)}`,
  },
  {
    text: /^the charge was sent meanwhile/,
    en: () => 'the charge was sent meanwhile',
    vi: () => 'lệnh trừ cước đã được gửi trước đó',
  },
  {
    text: /^MobiFone answers that the charge was made/,
    en: () => 'MobiFone answers that the charge was made',
    vi: () => 'MobiFone trả lời đã trừ cước',
  },
  {
    text: /^MobiFone answers that the (charge|(?:second )?registration) (?:still )?stands/,
    en: ({ at }) => `MobiFone answers that ${transaction.en(at(1))} is still in effect`,
    vi: ({ at }) => `MobiFone trả lời ${transaction.vi(at(1))} còn hiệu lực`,
  },
  {
    text: /^MobiFone answers that the (charge|(?:second )?registration) is (\w+)/,
    en: ({ at, transactionState }) =>
      `MobiFone answers about ${transaction.en(at(1))}: ${transactionState(2)}`,
    vi: ({ at, transactionState }) => `MobiFone trả lời về ${transaction.vi(at(1))}: ${transactionState(2)}`,
  },
  {
    text: /^too late to cancel: the purchase is (\w+)/,
    en: ({ state }) => `too late to cancel; the purchase is now: ${state(1)}`,
    vi: ({ state }) => `không còn hủy được; giao dịch hiện: ${state(1)}`,
  },
  {
    text: /^MobiFone says nothing of the (charge|registration)/,
    en: ({ at }) => `MobiFone does not answer about ${transaction.en(at(1))}; it is asked until it does`,
    vi: ({ at }) => `MobiFone chưa trả lời về ${transaction.vi(at(1))}; hệ thống hỏi đến khi có trả lời`,
  },
  {
    text: /^MobiFone is still processing the (charge|(?:second )?registration)/,
    en: ({ at }) => `MobiFone is still processing ${transaction.en(at(1))}; ask again later`,
    vi: ({ at }) => `MobiFone đang xử lý ${transaction.vi(at(1))}; hãy hỏi lại sau`,
  },
  {
    text: /^MobiFone does not answer about the (charge|(?:second )?registration)/,
    en: ({ at }) => `MobiFone does not answer about ${transaction.en(at(1))}; ask again later`,
    vi: ({ at }) => `MobiFone chưa trả lời về ${transaction.vi(at(1))}; hãy hỏi lại sau`,
  },
  {
    text: /^MobiFone could not be asked about the (charge|registration)/,
    en: ({ at }) =>
      `nothing was decided: MobiFone could not be asked about ${transaction.en(at(1))}; try again`,
    vi: ({ at }) => `chưa quyết định gì: không hỏi được MobiFone về ${transaction.vi(at(1))}; hãy thử lại`,
  },
  {
    text: /^MobiFone has not received the (charge|(?:second )?registration), which may still arrive/,
    en: ({ at }) =>
      `MobiFone has not received ${transaction.en(at(1))}, which may still arrive; decide later`,
    vi: ({ at }) =>
      `MobiFone chưa nhận ${transaction.vi(at(1))}, lệnh này vẫn có thể đến; hãy quyết định sau`,
  },
  {
    text: /^the channel has the refund notice of this purchase already/,
    en: () => 'the channel has the refund notice already',
    vi: () => 'nơi bán đã nhận thông báo hoàn tiền',
  },
  {
    text: /^the purchase (?:goes on|is over) in a newer run/,
    en: () => 'the purchase went on after a reset, and informs its channel itself: close the case',
    vi: () => 'giao dịch đã được chạy lại và tự báo cho nơi bán: hãy đóng vụ việc',
  },
  {
    text: /^a newer run of the purchase was cut off as well/,
    en: () =>
      'the purchase was run again and ended from outside once more: decide in the case about that run, and close this one',
    vi: () =>
      'giao dịch đã được chạy lại rồi lại bị dừng từ bên ngoài: hãy quyết định ở vụ việc của lần chạy đó và đóng vụ việc này',
  },
  {
    text: /^(case:\S+) is open, or has refunded/,
    en: ({ at }) => `another case about this purchase is open, or has put it right: decide in ${at(1)}`,
    vi: ({ at }) =>
      `giao dịch này có vụ việc khác đang mở hoặc đã xử lý xong: hãy quyết định ở vụ việc ${at(1)}`,
  },
  {
    text: /^(case:\S+) is \w+: decide there$/,
    en: ({ at }) => `the purchase has a case already: decide in ${at(1)}`,
    vi: ({ at }) => `giao dịch đã có vụ việc: hãy quyết định ở vụ việc ${at(1)}`,
  },
  {
    text: /^a workflow that is not ours has the id of the purchase: .* --workflow-id ([^`]+)`/,
    en: ({ at }) => `a workflow that is not ours has the id ${at(1)}: end it, then decide again`,
    vi: ({ at }) =>
      `một workflow không phải của hệ thống đang chiếm mã ${at(1)}: hãy dừng nó rồi quyết định lại`,
  },
  {
    text: /^Temporal does not tell whether/,
    en: () => 'it is not known whether the purchase goes on after a reset; ask again later',
    vi: () => 'chưa rõ giao dịch có được chạy lại hay không; hãy hỏi lại sau',
  },
  {
    text: / is (?:paused|blocked) already/,
    en: () => 'somebody has done it already; the page shows since when and why',
    vi: () => 'đã có người làm việc này; trang này cho biết từ khi nào và vì sao',
  },
  {
    text: / is not (?:paused|blocked)/,
    en: () => 'it has ended already',
    vi: () => 'đã kết thúc trước đó',
  },
  {
    text: / is closed already, by /,
    en: () => 'it is closed already',
    vi: () => 'đã được đóng trước đó',
  },
  { text: /^br\S* is open$/, en: () => 'it is open already', vi: () => 'đang mở' },
  {
    text: /^the case cannot be opened again: (\w+)$/,
    en: ({ caseState }) => `the case cannot be opened again (${caseState(1)})`,
    vi: ({ caseState }) => `không mở lại được vụ việc (${caseState(1)})`,
  },
  {
    text: /^there is no such purchase$/,
    en: () => 'the purchase is older than Temporal keeps it',
    vi: () => 'giao dịch đã quá thời gian lưu của Temporal',
  },
  {
    text: /^the workflow of the case was ended from outside/,
    en: () => 'the workflow of the case was ended from outside: open the case again',
    vi: () => 'workflow của vụ việc bị dừng từ bên ngoài: hãy mở lại vụ việc',
  },
  {
    text: /^the case is open already$/,
    en: () => 'the case is open already',
    vi: () => 'vụ việc đang mở',
  },
  {
    text: /^"(?:by|why|owner|text)" may have (\d+) characters$/,
    en: ({ at }) => `a text is too long: at most ${at(1)} characters`,
    vi: ({ at }) => `nội dung quá dài: tối đa ${at(1)} ký tự`,
  },
];

/** What came instead of a result: the last part of a failed call's message. */
const CAUSES: readonly Rule[] = [
  {
    text: /HTTP 429|Busy, nothing was done/,
    en: () => 'MobiFone is too busy to answer',
    vi: () => 'MobiFone quá bận, chưa trả lời được',
  },
  {
    text: /HTTP 401|credentials were refused/,
    en: () => 'MobiFone refuses our credentials',
    vi: () => 'MobiFone từ chối thông tin đăng nhập của chúng ta',
  },
  {
    text: /the webhook answered (\d+)/,
    en: ({ at }) => `the webhook answers with HTTP ${at(1)}`,
    vi: ({ at }) => `webhook trả lời HTTP ${at(1)}`,
  },
  {
    text: /the webhook was slow or silent|the webhook does not answer|maximum of concurrent deliveries/,
    en: () => 'the delivery is held back: the webhook does not answer, or has its limit of deliveries',
    vi: () => 'chưa gửi: webhook không trả lời, hoặc đã đủ số lần gửi cùng lúc',
  },
  {
    text: /^refund notice|^notice /,
    en: () => 'the webhook gives no answer',
    vi: () => 'webhook không trả lời',
  },
  {
    text: /calls are held back/,
    en: () => 'MobiFone is out; calls are held back',
    vi: () => 'MobiFone đang gián đoạn; các lệnh được giữ lại',
  },
  {
    text: /still processing/,
    en: () => 'MobiFone is still processing it',
    vi: () => 'MobiFone đang xử lý',
  },
  {
    text: /MobiFone does not have it, the next/,
    en: () => 'MobiFone does not have it; it is sent again',
    vi: () => 'MobiFone không có lệnh này; lệnh được gửi lại',
  },
  {
    text: /MobiFone does not know it/,
    en: () => 'MobiFone does not know it, which is no proof yet',
    vi: () => 'MobiFone chưa biết lệnh này, chưa phải là bằng chứng',
  },
  {
    text: /HTTP (5\d\d)/,
    en: ({ at }) => `MobiFone answers with a server error, HTTP ${at(1)}`,
    vi: ({ at }) => `MobiFone trả lời lỗi máy chủ, HTTP ${at(1)}`,
  },
  {
    text: /another amount|MobiFone has it for \d+ VND|tell the amount/,
    en: () => 'MobiFone’s answer does not agree with our amount',
    vi: () => 'câu trả lời của MobiFone không khớp số tiền',
  },
  {
    text: /another (?:transaction|number|package)|for the package|tell the package/,
    en: () => 'MobiFone’s answer is about something else',
    vi: () => 'câu trả lời của MobiFone là về việc khác',
  },
  {
    text: /in its transaction(?:State|ResultCode) /,
    en: () => 'MobiFone’s answer contradicts itself',
    vi: () => 'câu trả lời của MobiFone có thông tin mâu thuẫn nhau',
  },
  {
    text: /broke the contract|reply has faults|not in the contract/,
    en: () => 'MobiFone’s answer cannot be understood',
    vi: () => 'không hiểu được câu trả lời của MobiFone',
  },
  {
    text: /no reply within|could not be sent|heartbeat|timeout|timed out|reset|ECONN|socket|outcome unknown/i,
    en: () => 'MobiFone gives no answer',
    vi: () => 'MobiFone không trả lời',
  },
];

/** Why the sweep and the reconciliation opened a case or made a decision. */
const WHYS: readonly Rule[] = [
  {
    text: /^its workflow was ended from outside, and so was an earlier run of this case/,
    en: () =>
      'its workflow was ended from outside, and so was an earlier run of this case: look at that run first',
    vi: () => 'workflow bị dừng từ bên ngoài, lần chạy trước của vụ việc này cũng vậy: hãy xem lần đó trước',
  },
  {
    text: /^its workflow was ended from outside$/,
    en: () => 'its workflow was ended from outside',
    vi: () => 'workflow bị dừng từ bên ngoài',
  },
  {
    text: /^MobiFone contradicts an operator’s decision$/,
    en: () => 'MobiFone contradicts an operator’s decision',
    vi: () => 'MobiFone trả lời trái với quyết định của người vận hành',
  },
  {
    text: /^([a-z]+(?:_[a-z]+)+): .*; settlement files /s,
    en: ({ breakKind }) => breakKind(1),
    vi: ({ breakKind }) => breakKind(1),
  },
  {
    text: /^MobiFone’s line (\S+) \(.*\) shows the charge, and no line undoes it/,
    en: ({ at }) => `MobiFone’s line ${at(1)} shows the charge, and no line undoes it`,
    vi: ({ at }) => `dòng ${at(1)} của MobiFone có lần trừ cước, không dòng nào hủy`,
  },
  {
    text: /^neither the file of its day nor the next day’s has its charge/,
    en: () => 'neither the file of its day nor the next day’s has its charge',
    vi: () => 'tệp của ngày đó và của ngày sau đều không có lần trừ cước',
  },
  {
    text: /^MobiFone’s line (\S+) \(.*\) undoes the registration/,
    en: ({ at }) => `MobiFone’s line ${at(1)} undoes the registration`,
    vi: ({ at }) => `dòng ${at(1)} của MobiFone hủy đăng ký`,
  },
  {
    text: /^MobiFone’s line (\S+) \(.*\) shows the registration/,
    en: ({ at }) => `MobiFone’s line ${at(1)} shows the registration`,
    vi: ({ at }) => `dòng ${at(1)} của MobiFone có đăng ký`,
  },
];

/** What the logs of cases and breaks hold besides what people wrote. */
const LOGGED: readonly Rule[] = [
  {
    text: /^what happened is in the history of the run that was ended$/,
    en: () => 'what happened since then is in the history of the workflow run that was ended',
    vi: () => 'diễn biến sau đó nằm trong lịch sử của lần chạy workflow đã bị dừng',
  },
  {
    text: /^opened: [^;]*; (.*)$/s,
    en: ({ why }) => `opened: ${why(1)}`,
    vi: ({ why }) => `mở: ${why(1)}`,
  },
  { text: /^refund: (.*)$/s, en: ({ at }) => `refund: ${at(1)}`, vi: ({ at }) => `hoàn tiền: ${at(1)}` },
  {
    text: /^register again: (.*)$/s,
    en: ({ at }) => `register again: ${at(1)}`,
    vi: ({ at }) => `đăng ký lại: ${at(1)}`,
  },
  { text: /^closed by (.*)$/s, en: ({ at }) => `closed by ${at(1)}`, vi: ({ at }) => `đóng, theo ${at(1)}` },
  {
    text: /^closed: (case:\S+) is (\w+)$/,
    en: ({ caseState }) => `closed by its case: ${caseState(2)}`,
    vi: ({ caseState }) => `đóng theo vụ việc: ${caseState(2)}`,
  },
  {
    text: /^closed: in MobiFone’s file of (\S+), line (.+)$/,
    en: ({ at }) => `closed: in MobiFone’s file of ${at(1)}, line ${at(2)}`,
    vi: ({ at }) => `đóng: có trong tệp của MobiFone ngày ${at(1)}, dòng ${at(2)}`,
  },
  { text: /^closed: (.*)$/s, en: ({ at }) => `closed: ${at(1)}`, vi: ({ at }) => `đóng: ${at(1)}` },
  {
    text: /^rejected: (.*)$/s,
    en: ({ at }) => `closed as nothing wrong: ${at(1)}`,
    vi: ({ at }) => `đóng, không có gì sai: ${at(1)}`,
  },
  {
    text: /^(\S+) has the refund notice$/,
    en: ({ at }) => `${at(1)} has the refund notice`,
    vi: ({ at }) => `${at(1)} đã nhận thông báo hoàn tiền`,
  },
  {
    text: /^MobiFone has registered the package again$/,
    en: () => 'MobiFone has registered the package again',
    vi: () => 'MobiFone đã đăng ký lại gói',
  },
  {
    text: /^nothing was sent: MobiFone answers that the first registration stands$/,
    en: () => 'nothing was sent: MobiFone answers that the first registration is in effect',
    vi: () => 'không gửi gì: MobiFone trả lời đăng ký đầu tiên còn hiệu lực',
  },
  {
    text: /^MobiFone answers: (?:registration (\w+))?(?:, )?(?:charge (\w+))?$/,
    en: ({ at, transactionState }) =>
      answers(at, transactionState, ['registration', 'charge'], 'MobiFone answers'),
    vi: ({ at, transactionState }) =>
      answers(at, transactionState, ['đăng ký', 'trừ cước'], 'MobiFone trả lời'),
  },
  { text: /^found: (.*)$/s, en: ({ at }) => `found: ${at(1)}`, vi: ({ at }) => `phát hiện: ${at(1)}` },
  {
    text: /^found again: (.*)$/s,
    en: ({ at }) => `found again: ${at(1)}`,
    vi: ({ at }) => `phát hiện lại: ${at(1)}`,
  },
  { text: /^given to (.*)$/s, en: ({ at }) => `given to ${at(1)}`, vi: ({ at }) => `giao cho ${at(1)}` },
  {
    text: /^opened again: (.*)$/s,
    en: ({ at }) => `opened again: ${at(1)}`,
    vi: ({ at }) => `mở lại: ${at(1)}`,
  },
];

function answers(
  at: Found['at'],
  state: Found['transactionState'],
  [registration, charge]: readonly [string, string],
  begin: string,
): string {
  const told = [
    ...(at(1) === '' ? [] : [`${registration} ${state(1)}`]),
    ...(at(2) === '' ? [] : [`${charge} ${state(2)}`]),
  ];
  return `${begin}: ${told.join(', ')}`;
}

/** The same of the line that closes one, where it is said beside it that it was closed. */
const ENDINGS: readonly Rule[] = [
  { text: /^closed by (.*)$/s, en: ({ at }) => at(1), vi: ({ at }) => at(1) },
  {
    text: /^closed: (?:case:\S+) is (\w+)$/,
    en: ({ caseState }) => caseState(1),
    vi: ({ caseState }) => caseState(1),
  },
  {
    text: /^closed: in MobiFone’s file of (\S+), line (.+)$/,
    en: ({ at }) => `in MobiFone’s file of ${at(1)}, line ${at(2)}`,
    vi: ({ at }) => `có trong tệp của MobiFone ngày ${at(1)}, dòng ${at(2)}`,
  },
  { text: /^closed: (.*)$/s, en: ({ at }) => at(1), vi: ({ at }) => at(1) },
  {
    text: /^rejected: (.*)$/s,
    en: ({ at }) => `nothing was wrong: ${at(1)}`,
    vi: ({ at }) => `không có gì sai: ${at(1)}`,
  },
];

/** Puts what the system writes in English for its histories and logs into the words of a reader. */
export class ToldInWords {
  constructor(
    private readonly language: Language,
    private readonly words: OperatorWords,
  ) {}

  /** Why something was not done; as it was written where nobody has words for it. */
  refusal(text: string): string {
    return this.by(REFUSALS, text) ?? this.reason(text) ?? text;
  }

  /** Why a call has not succeeded; undefined where nobody has words for it. */
  cause(text: string): string | undefined {
    return this.reason(text) ?? this.by(CAUSES, text);
  }

  /** A line of a case's or a break's log; what people wrote is as they wrote it. */
  logged(text: string): string {
    const refused = REASON_CODES.find((code) => text === `MobiFone refused: ${REASONS[code].en}`);
    if (refused && this.language === 'vi') return `MobiFone từ chối: ${REASONS[refused].vi}`;
    return this.by(LOGGED, text) ?? text;
  }

  /** How a case or a break was closed, by the last line of its log. */
  ending(text: string): string {
    return this.by(ENDINGS, text) ?? this.logged(text);
  }

  /** Why something was done; what people wrote is as they wrote it. */
  why(text: string): string {
    return this.by(WHYS, text) ?? text;
  }

  private reason(text: string): string | undefined {
    const code = REASON_CODES.find((one) => one === text);
    return code && REASONS[code][this.language];
  }

  private by(rules: readonly Rule[], text: string): string | undefined {
    for (const rule of rules) {
      const match = rule.text.exec(text);
      if (match) return rule[this.language](this.found(match));
    }
    return undefined;
  }

  private found(match: RegExpExecArray): Found {
    const at = (group: number) => match[group] ?? '';
    const named = (names: Readonly<Record<string, string>>) => (group: number) =>
      ownEntry(names, at(group)) ?? at(group);
    return {
      at,
      state: named(this.words.states),
      caseState: named(this.words.caseStates),
      transactionState: named(this.words.transactionStates),
      step: named(this.words.steps),
      breakKind: (group) =>
        Object.entries(BREAK_KINDS).find(([kind]) => kind === at(group))?.[1][this.language] ?? at(group),
      why: (group) => this.why(at(group)),
    };
  }
}
