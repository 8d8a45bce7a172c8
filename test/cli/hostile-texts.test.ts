import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeDocuments } from '../../cli/reconcile/files';
import { datacodeProgram } from '../../cli/program';
import { timelineInWords } from '../../cli/purchases/show';
import { EXIT } from '../../cli/terminal/exit-codes';
import { print, tell } from '../../cli/terminal/output';
import { runProgram } from '../../cli/terminal/run-program';
import { terminalLine } from '../../dev/supervisor/terminal-line';
import { acceptedPurchase } from '../../domain/purchase/purchase';
import type { Timeline } from '../../operators/timeline';
import { accountJson } from '../../reconciliation/period/account-files';
import { reportJson } from '../../reconciliation/report-files';
import { purchaseStory } from '../../workflows/purchase/story';
import { anOrder } from '../support/orders';

/** What a channel wrote as its reason for a cancellation: a decision of an operator on a line of its own, and OSC 52. */
const FORGED = `changed my mind
  10:00 29/11/2026 charge_was_not_done by ops@agent: MobiFone confirmed by phone\u001b]52;c;Y3VybCBldmlsfHNo\u0007`;

/** A word of a command line that writes to the clipboard, clears the screen and turns what follows. */
const HOSTILE = '\u001b]52;c;Y3VybA\u0007\u001b[2J\u202e\nforged';

const purchase = acceptedPurchase(anOrder());
const timeline: Timeline = {
  workflowId: 'purchase:demo:1',
  purchase: {
    ...purchase,
    attention: { reason: 'no_answer', step: 'charge', since: purchase.updatedAt, detail: FORGED },
  },
  closed: false,
  pending: [{ id: '1', call: 'charge', attempt: 2, lastFailure: FORGED, nextAttemptAt: null }],
  acts: [
    {
      at: purchase.updatedAt,
      what: 'cancel',
      by: 'demo',
      why: FORGED,
      reference: FORGED,
      notApplied: FORGED,
    },
  ],
  open: [],
  lastRollback: null,
  tries: { ordered: 0, cameBack: [], nextAt: null },
  isDenied: false,
  isFailing: false,
};

let written: string;
beforeEach(() => {
  written = '';
  const keep = (text: string | Uint8Array) => (written += String(text)) !== '';
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => jest.restoreAllMocks());

/** What a terminal obeys, besides the ends of our own lines. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('what a channel wrote, at an operator’s terminal', () => {
  it('cannot forge a line or write to the clipboard, wherever it is shown', () => {
    print({}, timeline, () => timelineInWords(timeline));
    expect(written).toContain('What people did:');
    expect(written).not.toMatch(/^\s*10:00/m);
    expect(written.replaceAll('\n', '')).not.toMatch(OBEYED);
    expect(written).toContain('changed my mind\\u000a');
  });

  it('is the same to a script, by JSON that a terminal may show', () => {
    print({ json: true }, timeline, () => []);
    expect(JSON.parse(written)).toEqual(timeline);
    expect(written.replaceAll('\n', '')).not.toMatch(OBEYED);
  });

  it('is as harmless in an error', () => {
    tell(`Refused: ${FORGED}`);
    expect(written.trimEnd()).not.toMatch(OBEYED);
  });

  it('is as harmless where `npm start` shows a line of a part’s log', () => {
    const line = JSON.stringify({ level: 50, msg: 'failed', err: { message: `\u202e${FORGED}` } });
    expect(terminalLine('worker', line)).not.toMatch(OBEYED);
  });
});

describe('what a channel wrote, in the Web UI', () => {
  it('is no line, no link and no heading of ours', () => {
    const detail = '[log in](https://evil.example)\n\n**Next:** pay again';
    const attention = { reason: 'no_answer', step: 'charge', since: purchase.updatedAt, detail } as const;
    const story = purchaseStory({ ...purchase, attention });
    expect(story).toContain('`[log in](https://evil.example)\\u000a\\u000a**Next:** pay again`');
    expect(story.match(/^\*\*Next/gm)).toHaveLength(1);
  });
});

describe('what MobiFone’s file says, at an operator’s terminal', () => {
  afterEach(() => void (process.exitCode = undefined));

  it('is proposed as a layout that a terminal may show, and that finds the column all the same', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'layout-'));
    const [amount, note] = ['amount (\u009b2J\u202e)', `note \u009b2J 0901234567`];
    const kind = 'đăng ký (\u009b2J)';
    const sample = path.join(folder, 'sample.csv');
    await writeFile(sample, `reference,kind,${amount},${note}\n1,${kind},90000,x\n`);
    await runProgram(datacodeProgram(), ['reconcile', 'layout', sample]);
    await rm(folder, { recursive: true });
    expect(written.replaceAll('\n', '')).not.toMatch(OBEYED);
    const proposed = JSON.parse(written.slice(0, written.indexOf('\n}\n') + 2)) as object; // JSON of an object
    expect(proposed).toMatchObject({
      columns: { amount: [amount] },
      values: { kind: { [kind]: 'registration' } },
    });
  });

  it.each([
    // of a report or an account only the texts matter here
    ['a report', () => reportJson({ ignoredColumns: [HOSTILE] } as never, undefined)],
    ['an account', () => accountJson({ sheets: [HOSTILE] } as never, undefined)],
  ])('is the same to a script, in the JSON of %s that a terminal may show', async (_, document) => {
    await writeDocuments({}, [{ option: '--json', destination: true, document }]);
    expect(JSON.stringify(JSON.parse(written))).toContain(JSON.stringify(HOSTILE));
    expect(written.replaceAll('\n', '')).not.toMatch(OBEYED);
  });
});

describe('whatever a command writes', () => {
  it('goes to the terminal through the files that make it harmless, and as JSON through one function', () => {
    const writers = ['cli', 'operators', 'reconciliation', 'archive']
      .flatMap((room) =>
        readdirSync(room, { recursive: true, encoding: 'utf8' }).map((name) => path.join(room, name)),
      )
      .filter((name) => name.endsWith('.ts') && path.dirname(name) !== path.join('cli', 'terminal'))
      .filter((name) =>
        /process\.std(out|err)|console\.|JSON\.stringify\(.*, 2\)/.test(readFileSync(name, 'utf8')),
      );
    expect(writers).toEqual([]);
  });
});

describe('a word that a command was given', () => {
  afterEach(() => void (process.exitCode = undefined));

  it.each([
    [['purchases', HOSTILE]],
    [['purchases', 'show', HOSTILE]],
    [['purchases', 'settle', 'demo/1', HOSTILE]],
    [['purchases', 'pause', HOSTILE]],
    [['batches', 'show', HOSTILE]],
    [['cases', 'show', HOSTILE]],
    [['reconcile', 'run', '--date', HOSTILE]],
    [['reconcile', 'layout', `/nowhere/${HOSTILE}`]],
    [['export', '--from', HOSTILE]],
    [['gateway', 'check', '--msisdn', HOSTILE]],
  ])('is shown in the one line that refuses it, and nothing in it is obeyed: %j', async (words) => {
    await runProgram(datacodeProgram(), words);
    expect(process.exitCode).toBe(EXIT.couldNotRun);
    expect(written).not.toBe('');
    expect(written.replaceAll('\n', '')).not.toMatch(OBEYED);
    expect(written).not.toMatch(/^forged/m);
  });
});
