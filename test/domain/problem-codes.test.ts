import { PROBLEM_CODE_NAMES, PROBLEM_CODES, type ProblemKind } from '../../domain/problem-codes';
import { wholeDocument } from '../api/whole-document';

/** Letters that Vietnamese has and English has not. */
const VIETNAMESE = /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹàáãèéìíòóõùúý]/i;
/** Answered where no operation is: an address or a method that there is not. */
const OF_NO_OPERATION = new Set<string>(['route_not_found', 'method_not_allowed']);

/** Each code that the document names, with the statuses that it is named under; `default` is any other. */
const shown = new Map<string, Set<string>>();
for (const routes of Object.values(wholeDocument().paths ?? {})) {
  for (const { responses } of Object.values(routes) as { responses: Record<string, Answer> }[]) {
    for (const [status, { content, description = '' }] of Object.entries(responses)) {
      if (!content?.['application/problem+json']) continue;
      for (const [, name = ''] of description.matchAll(/`(\w+)`/g)) {
        shown.set(name, (shown.get(name) ?? new Set()).add(status));
      }
    }
  }
}

interface Answer {
  description?: string;
  content?: Record<string, object>;
}

describe.each(PROBLEM_CODE_NAMES)('the problem %s', (code) => {
  const { title, whatToDo, status, retryable }: ProblemKind = PROBLEM_CODES[code];

  it('says what it is and what to do, in English and in Vietnamese', () => {
    for (const { en, vi } of [title, whatToDo]) {
      expect(en.trim()).not.toBe('');
      expect(en).not.toMatch(VIETNAMESE);
      expect(vi).toMatch(VIETNAMESE);
    }
    expect(whatToDo.en).toMatch(/\.$/);
    expect(whatToDo.vi).toMatch(/\.$/);
  });

  it('is not said to be worth repeating when the request itself is at fault', () => {
    if (retryable) expect([408, 409, 429, 500, 503]).toContain(status);
  });

  it('is documented under its own status', () => {
    const own = [String(status), 'default'];
    if (OF_NO_OPERATION.has(code)) expect(shown.has(code)).toBe(false);
    else expect(shown.get(code)?.size).toBeGreaterThan(0);
    for (const under of shown.get(code) ?? []) expect(own).toContain(under);
  });
});

describe('the problems of the document', () => {
  it('are of codes that there are', () => {
    expect([...shown.keys()].filter((name) => !PROBLEM_CODE_NAMES.some((code) => code === name))).toEqual([]);
  });
});
