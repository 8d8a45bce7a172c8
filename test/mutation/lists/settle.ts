import { mutationsOf } from '../mutation';

const TEST = 'test/activities/settle.test.ts';

/** Faults in how one command is settled: when it is sent, and which answer is believed. */
export const settleMutations = [
  ...mutationsOf('activities/settle.ts', TEST, [
    {
      name: 'a retry sends without asking',
      find: 'return this.attempt.isFirst && !this.command.options.askFirst;',
      replace: 'return !this.command.options.askFirst;',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'a later round’s first attempt sends without asking',
      find: 'return this.attempt.isFirst && !this.command.options.askFirst;',
      replace: 'return this.attempt.isFirst;',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'a lost attempt is taken for one that sent nothing',
      find: 'const isQuiet = this.isFresh || (neverSent && attempt.isFirst);',
      replace: 'const isQuiet = this.isFresh || neverSent;',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'an unknown reply is swallowed as done',
      find: "case 'unknown':\n        throw this.failure(this.command.subject, verdict);",
      replace: "case 'unknown':\n        return { kind: 'done', settledBy: 'reply', attempts: 1 };",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'an unknown reply is swallowed as refused',
      find: "case 'unknown':\n        throw this.failure(this.command.subject, verdict);",
      replace: "case 'unknown':\n        return this.refused('registration_refused', 'reply');",
      invariant: 'I2: never charged and refunded',
    },
    {
      name: 'an inquiry without an answer leads to sending again',
      find: "if (answer.kind !== 'never_received') return this.byInquiry(answer);\n    const wait",
      replace:
        "if (['retry_later', 'unknown', 'broken_contract'].includes(answer.kind)) return this.send();\n    if (answer.kind !== 'never_received') return this.byInquiry(answer);\n    const wait",
      invariant: 'I1: only "never received" leads to sending again',
    },
    {
      name: 'what is still processed is sent again',
      find: "if (answer.kind !== 'never_received') return this.byInquiry(answer);\n    const wait",
      replace:
        "if (answer.kind === 'processing') return this.send();\n    if (answer.kind !== 'never_received') return this.byInquiry(answer);\n    const wait",
      invariant: 'I1: only "never received" leads to sending again',
    },
    {
      name: 'what was never received is taken for done',
      find: "if (answer.kind !== 'never_received') return this.byInquiry(answer);\n    const wait",
      replace:
        "if (answer.kind === 'never_received') return { kind: 'done', settledBy: 'inquiry', attempts: this.attempts };\n    if (answer.kind !== 'never_received') return this.byInquiry(answer);\n    const wait",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'what was rolled back is taken for done',
      find: "return this.refused('duplicate_order', 'inquiry');",
      replace: "return { kind: 'done', settledBy: 'inquiry', attempts: this.attempts };",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'a refusal told by an inquiry is taken for done',
      find: "return this.refused(answer.refusal, 'inquiry', this.isCertain ? 1 : this.attempts);",
      replace: "return { kind: 'done', settledBy: 'inquiry', attempts: this.attempts };",
      invariant: 'I2: succeeds only when charged',
    },
    {
      name: 'attempts are not counted',
      find: "return { kind: 'done', settledBy: 'reply', attempts: this.attempts };",
      replace: "return { kind: 'done', settledBy: 'reply', attempts: 1 };",
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'attempts before a refusal are not counted',
      find: "return { kind: 'refused', refusal, settledBy, attempts };",
      replace: "return { kind: 'refused', refusal, settledBy, attempts: 1 };",
      invariant: 'I3: what lands after its refusal is not forgotten (P2)',
    },
    {
      name: 'the rounds before count as nothing sent',
      find: 'return this.attempt.number + (askFirst && !neverSent ? 1 : 0);',
      replace: 'return this.attempt.number;',
      invariant: 'I3: what lands after its rollback is not forgotten',
    },
    {
      name: 'NOT_FOUND is believed at once',
      find: 'const disbelief = disbeliefMs(this.terms);',
      replace: 'const disbelief = 0;',
      invariant: 'I14, P3: not sent again before MobiFone’s answer is final',
    },
    {
      name: 'the quiet time goes on over a send',
      find: 'const { quietSinceMs: _, ...rest } = this.memory;\n    return rest;',
      replace: 'return this.memory;',
      invariant: 'I14, P3: quiet is counted from the attempt after the last send',
    },
    {
      name: 'an attempt that sent tells the next that nothing was',
      find: 'this.sent = true;\n    try',
      replace: 'try',
      invariant: 'I14, P3: quiet is counted from the attempt after the last send',
    },
    {
      name: 'it was quiet for ever where the attempt before was lost',
      find: 'this.memory.quietSinceMs ??= attempt.scheduledAtMs + ',
      replace: 'this.memory.quietSinceMs ??= 0 * ',
      invariant: 'I14, P3: a lost attempt may have sent until the next was scheduled',
    },
    {
      name: 'what was interrupted is quiet at once',
      find: '(mayOverlap ? attempt.lostAfterMs : 0)',
      replace: '0',
      invariant: 'I14, P3: what was interrupted may be sent until it must have heard of it',
    },
    {
      name: 'it was never quiet',
      find: '...attempt.remembered,',
      replace: '',
      invariant: 'I4: what MobiFone never received is sent again in the end',
    },
    {
      name: 'what MobiFone turned away counts as sent',
      find: "if (verdict.kind === 'retry_later') this.sent = false;",
      replace: '',
      invariant: 'I15: what was never sent is not waited for',
    },
    {
      name: 'what was sent before an inquiry was held back counts as never sent',
      find: 'throw this.sent && isAttemptLost(failure) ? this.lostAfterSend() : failure;',
      replace: 'throw failure;',
      invariant: 'I1: ask before sending again',
    },
    {
      name: 'an attempt after the first sends',
      find: 'if (!this.attempt.maySend)',
      replace: 'if (false)',
      invariant: 'I1: what an attempt told stays true, whoever tells it again',
    },
    {
      name: 'what another run did not send counts for this one',
      find: 'attempt.sendsOnce && attempt.isFirstInRun && quiet?.run === attempt.run',
      replace: 'quiet',
      invariant: 'I1: what an attempt told stays true, whoever tells it again',
    },
    {
      name: 'what only the last attempt did not send counts as never sent',
      find: '!this.sent && quietSinceMs === 0',
      replace: '!this.sent',
      invariant: 'I14: never sent is never sent by any attempt',
    },
    {
      name: 'an inquiry that is not believed yet is repeated hotly',
      find: 'Math.min(retryInMs, waitMs)',
      replace: '1',
      invariant: 'I15: a bounded number of requests',
    },
    {
      name: 'an inquiry that is not believed yet is repeated too late',
      find: 'Math.min(retryInMs, waitMs)',
      replace: 'undefined',
      invariant: 'P3: asked about when the time that an inquiry may lag is over',
    },
  ]),
  ...mutationsOf('activities/settle.ts', TEST, [
    {
      name: 'a refusal that our own command may have caused is taken at its word',
      find: 'const certain = this.isFresh && !mayBeOurs;',
      replace: 'const certain = this.isFresh;',
      invariant: 'I2, P1: never activated and refunded',
    },
    {
      name: 'a refusal after doubt is taken at its word',
      find: 'const certain = this.isFresh && !mayBeOurs;',
      replace: 'const certain = !mayBeOurs;',
      invariant: 'I2, P2: never charged and refunded',
    },
    {
      name: 'every refusal costs an inquiry',
      find: 'const certain = this.isFresh && !mayBeOurs;',
      replace: 'const certain = false;',
      invariant: 'The good path costs no request more',
    },
    {
      name: 'an empty account is never the work of our own charge',
      find: "  'insufficient_balance',\n",
      replace: '',
      invariant: 'I2, P1: never charged and refunded',
    },
    {
      name: 'a refused registration is never the work of our own',
      find: "  'registration_refused',\n",
      replace: '',
      invariant: 'I2, P1: never activated and refunded',
    },
    {
      name: 'a duplicate order is never the work of our own',
      find: "'insufficient_balance', 'duplicate_order'",
      replace: "'insufficient_balance'",
      invariant: 'I2, P1: never activated and refunded',
    },
    {
      name: 'a refused command is sent again',
      find: "if (refusedWith) return this.refused(refusedWith, 'inquiry');",
      replace: '',
      invariant: 'I14, P2: what MobiFone refused is not sent again under the same id',
    },
    {
      name: 'the next attempt forgets a refusal that is not confirmed',
      find: 'this.memory.refusedWith = refusal;',
      replace: '',
      invariant: 'I14, P2: what MobiFone refused is not sent again under the same id',
    },
    {
      name: 'the next round is not told of a refusal that is not confirmed',
      find: '...(refusedWith ? { refusedWith } : {}),\n      ...(sentOnce ? { sentOnce } : {}),\n      ...(disputed ? { disputed } : {}),\n      ...(!this.sent',
      replace:
        '...(sentOnce ? { sentOnce } : {}),\n      ...(disputed ? { disputed } : {}),\n      ...(!this.sent',
      invariant: 'I14, P2: what MobiFone refused is not sent again under the same id',
    },
    {
      name: 'a round does not heed a refusal of the round before',
      find: '...(refusedWith ? { refusedWith } : {}),\n      ...(sentOnce ? { sentOnce } : {}),\n      ...(disputed ? { disputed } : {}),\n      ...attempt.remembered',
      replace:
        '...(sentOnce ? { sentOnce } : {}),\n      ...(disputed ? { disputed } : {}),\n      ...attempt.remembered',
      invariant: 'I14, P2: what MobiFone refused is not sent again under the same id',
    },
    {
      name: 'NOT_FOUND confirms a refusal at once',
      find: 'throw this.notYetBelieved(disbeliefMs(this.terms));',
      replace: "return this.refused(refusal, 'reply');",
      invariant: 'I2, P3: never activated and refunded',
    },
    {
      name: 'a refusal counts although the inquiry says done',
      find: "if (answer.kind !== 'never_received') return this.byInquiry(answer);\n    if (disbeliefMs",
      replace:
        "if (answer.kind !== 'never_received') return this.refused(refusal, 'reply');\n    if (disbeliefMs",
      invariant: 'I2: never activated and refunded',
    },
  ]),
  ...mutationsOf('activities/settle.ts', TEST, [
    {
      name: 'a disputed amount is confirmed by an inquiry that does not tell it',
      find: 'if (fields.some((field) => told[field] === undefined)) {',
      replace: 'if (false) {',
      invariant: 'I2, P7: what an inquiry does not tell is not confirmed',
    },
    {
      name: 'the next attempt forgets that the amount is disputed',
      find: 'if (disputed) this.memory.disputed = disputed;',
      replace: '',
      invariant: 'I2, P7: what an inquiry does not tell is not confirmed',
    },
    {
      name: 'a round forgets that the amount is disputed',
      find: '...(disputed ? { disputed } : {}),\n      ...attempt.remembered',
      replace: '...attempt.remembered',
      invariant: 'I2, P7: what an inquiry does not tell is not confirmed',
    },
    {
      name: 'another amount that an inquiry tells is accepted',
      find: 'if (otherAmount) {',
      replace: 'if (false) {',
      invariant: 'I10: the subscriber pays the face value',
    },
    {
      name: 'an amount that an inquiry disputes is not disputed',
      find: "disputed: otherPackage ? 'amount_and_package' : 'amount',",
      replace: '',
      invariant: 'I2, P7: what an inquiry does not tell is not confirmed',
    },
    {
      name: 'another package that an inquiry tells is accepted',
      find: 'if (otherPackage) {',
      replace: 'if (false) {',
      invariant: 'I2: the customer gets the package that was bought',
    },
    {
      name: 'an inquiry need not tell the amount that P7 promises',
      find: "return told.amount === undefined && this.terms.kept.includes('P7')",
      replace: 'return false',
      invariant: 'P7: the inquiry tells the amount',
    },
    {
      name: 'a broken contract that a person knows of ends a round',
      find: 'return gatewayFailure(subject, verdict, { detail: this.detail, persistent, nextRetryDelay });',
      replace: 'return gatewayFailure(subject, verdict, { detail: this.detail, nextRetryDelay });',
      invariant: 'I15: a bounded number of history events',
    },
  ]),
  ...mutationsOf('domain/gateway-promises.ts', TEST, [
    {
      name: 'refusals are final where an id is executed once',
      find: "return kept.includes('P1') && kept.includes('P2');",
      replace: "return kept.includes('P1');",
      invariant: 'P2: a refusal sticks only where that is promised',
    },
    {
      name: 'refusals are final where they stick',
      find: "return kept.includes('P1') && kept.includes('P2');",
      replace: "return kept.includes('P2');",
      invariant: 'P1: a command that was delivered twice may be refused for itself',
    },
    {
      name: 'NOT_FOUND is not believed though an id is executed once',
      find: "return kept.includes('P1') ? 0 : finalAfterMs;",
      replace: 'return finalAfterMs;',
      invariant: 'P1: a repetition is harmless, so nothing waits',
    },
  ]),
];
