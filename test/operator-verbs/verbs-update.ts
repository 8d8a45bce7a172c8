import { CANCEL_UPDATE, DECIDE_UPDATE, UNTIL_EVENT_UPDATE } from '../../domain/purchase/protocol';
import type { Target } from './target';
import { payloadsOf, UNDECODABLE, update, type Payloads, type UpdateAnswer } from './update-call';
import type { Verb } from './verb';

/** Input of an update, and how it is called in a complaint. */
interface Input {
  words: string;
  payloads: Payloads;
}

const input = (value: unknown, words = JSON.stringify(value)): Input => ({
  words,
  payloads: payloadsOf([value]),
});
const WHO = { by: 'operator', why: 'operator verbs' };
/** Far above any text that a person writes, and below what Temporal refuses by itself. */
const HUGE = 'x'.repeat(400_000);

/** What no update takes. */
const GARBAGE: readonly Input[] = [
  { words: 'no input', payloads: [] },
  { words: 'bytes that are no JSON', payloads: UNDECODABLE },
  input(null),
  input('cancel'),
  input(-1.5),
  input(true),
  input([]),
  input([[WHO]]),
  input({}),
  input({ by: 1 }),
  input({ by: 'operator' }),
  input({ by: ' ', why: ' ' }),
  input({ by: {}, why: [] }),
  input(HUGE, 'a huge text'),
  input(JSON.parse('{"__proto__":{"by":"operator","why":"because"}}'), 'who and why on a prototype key'),
];

/** By update: who and why are there, and the rest is wrong. */
const WRONG: Readonly<Record<string, readonly Input[]>> = {
  [CANCEL_UPDATE]: [
    input({ ...WHO, refusal: 'bogus' }),
    input({ ...WHO, refusal: 'constructor' }),
    input({ ...WHO, refusal: 1 }),
    input({ ...WHO, refusal: { toString: 1 } }),
    input({ ...WHO, reference: 7 }),
    input({ ...WHO, by: HUGE }, 'a huge name'),
  ],
  [DECIDE_UPDATE]: [
    input(WHO),
    input({ ...WHO, decision: 'bogus' }),
    input({ ...WHO, decision: 'toString' }),
    input({ ...WHO, decision: ['retry_now'] }),
    input({ ...WHO, decision: 'retry_now', reference: {} }),
    input({ ...WHO, decision: null }),
  ],
  [UNTIL_EVENT_UPDATE]: [input('1'), input([1]), input(1e300), input({ valueOf: 1 }), input(1_000_000)],
  'no-such-update': [input(WHO)],
};

/** A reason that only the author of the code can read. */
const UNREADABLE =
  /cannot (read|convert|destructure)|is not (a function|iterable|an object|defined)|\[object/i;

/** What is wrong with an answer to input that must be refused; nothing when that was right. */
function complaintAbout(answer: UpdateAnswer, subject: string): string[] {
  switch (answer.kind) {
    case 'over':
      return [];
    case 'accepted':
      return [`${subject} was accepted`];
    case 'silence':
      return [`${subject} was not answered`];
    case 'refused':
      return UNREADABLE.test(answer.reason) ? [`${subject} was refused with "${answer.reason}"`] : [];
  }
}

/** One after the other, so that each meets the purchase as the one before left it; ends at the first silence. */
async function refusalsOf(target: Target, name: string, inputs: readonly Input[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const { words, payloads } of inputs) {
    const answer = await update(target, name, payloads);
    complaints.push(...complaintAbout(answer, `update ${name} with ${words}`));
    if (answer.kind === 'silence') break;
  }
  return complaints;
}

/** What an operator types who has read docs/operations.md; the sale may end by it, or it is too late. */
function cancelBy(request: Record<string, unknown>): Verb['act'] {
  return async (target) => {
    const answering = update(target, CANCEL_UPDATE, payloadsOf([request]));
    // Its answer may wait until it is known whether the charge was sent, which is known once MobiFone is well again.
    if (target.scene.waits === 'running') target.stage.heal(target.order.purchaseId);
    const answer = await answering;
    const subject = `update cancel with ${JSON.stringify(request)}`;
    if (answer.kind === 'silence') return [`${subject} was not answered`];
    if (answer.kind !== 'refused' || answer.reason.startsWith('too late to cancel')) return [];
    return [`${subject} was refused with "${answer.reason}"`];
  };
}

/** Updates with missing, wrong and garbage input, and those that leave out what has a default. */
export const UPDATE_VERBS: readonly Verb[] = [
  ...Object.entries(WRONG).map(([name, wrong]): Verb => ({
    name: `update \`${name}\` with missing, wrong and garbage input`,
    when: 'stuck',
    act: (target) => refusalsOf(target, name, [...GARBAGE, ...wrong]),
  })),
  { name: 'update `cancel` with who and why alone', when: 'stuck', act: cancelBy(WHO) },
  {
    name: 'update `cancel` in full',
    when: 'stuck',
    act: cancelBy({ ...WHO, refusal: 'cancelled_by_operator', reference: 'T-1' }),
  },
];
