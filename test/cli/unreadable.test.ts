import { Command } from 'commander';
import { EXIT } from '../../cli/terminal/exit-codes';
import { runProgram } from '../../cli/terminal/run-program';
import { BatchUnreadable } from '../../client/batches';
import { IdTaken } from '../../client/id-taken';
import { DecisionsUnreadable } from '../../client/decided-state';
import { PurchaseUnreadable } from '../../client/purchases';
import { NO_KEY, PayloadUnreadable } from '../../encryption/payload-unreadable';

const cause = new PayloadUnreadable('not_decodable', NO_KEY);
const missing = new PayloadUnreadable('key_missing', '2026-11-abcdef');
const control = { id: 'control', holds: 'what is paused' };

describe('a command that meets what cannot be read', () => {
  let written = '';
  beforeEach(() => {
    written = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  it.each([
    [
      'what operators decided',
      new DecisionsUnreadable(control, { cause }),
      'the workflow "control", which holds what is paused, cannot be read now: data is not what',
      'control-taken',
    ],
    [
      'a batch',
      new BatchUnreadable(false, { cause }),
      'the batch cannot be read now: data',
      'strange-purchase',
    ],
    [
      'what operators decided, under a key that is missing',
      new DecisionsUnreadable(control, { cause: new PayloadUnreadable('key_missing', '2026-11-abcdef') }),
      'under key "2026-11-abcdef", which is not in the key ring',
      'key-lost',
    ],
    [
      'an id that is taken',
      new IdTaken('reconciliation:2026-11-22', 'its type is "x"'),
      'the workflow reconciliation:2026-11-22 is in the way: its type is "x". If nobody of ours started it, terminate it',
      'id-taken',
    ],
    [
      'an id that is taken by what is under a key that is missing',
      new IdTaken('reconciliation:2026-11-22', `its input cannot be read: ${missing.message}`, {
        unreadable: missing,
      }),
      'then start again. What to do',
      'key-lost',
    ],
    ['a purchase', new PurchaseUnreadable(false, { cause }), 'the stored data cannot be', 'strange-purchase'],
  ])('says what it is, why, and what to do: %s', async (_, fault, words, runbook) => {
    const program = new Command('datacode');
    program.command('act').action(() => Promise.reject(fault));
    await runProgram(program, ['act']);
    expect(written).toContain(words);
    expect(written).toContain(`What to do: docs/runbooks.md, "${runbook}".`);
    expect(process.exitCode).toBe(EXIT.couldNotRun);
  });
});
