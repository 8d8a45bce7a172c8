import { readFileSync, writeFileSync } from 'node:fs';
import { linesOf, refreshed } from '../../docs/make';
import { GATEWAY_CALLS } from '../../mobifone/contract';
import { PROFILES } from '../../sandbox/profile';
import { fromGlobalSetup } from '../support/test-environment';
import { casesOf, matrixLists, rowOf, type MatrixRow } from './failure-matrix';
import { Simulation } from './simulation';

jest.setTimeout(600_000); // a server whose clock stands still costs 20 s

const DOCUMENT = 'docs/failure-modes.md';
const simulation = new Simulation(fromGlobalSetup('workflowBundle'));
const rows: MatrixRow[] = [];

describe('each call to MobiFone × each fault', () => {
  it.each(GATEWAY_CALLS)('breaks no invariant when it strikes a %s', async (call) => {
    const cases = casesOf(call);
    const purchases = cases.map(({ planned }) => planned);
    const report = await simulation.run({ worker: 'caching', purchases, profile: PROFILES.all_kept });
    expect(report.broken).toEqual([]);
    rows.push(...cases.flatMap((one, at) => report.ends.slice(at, at + 1).map((end) => rowOf(one, end))));
  });

  it('comes out as docs/failure-modes.md says; `npm run docs:failures` writes it anew', () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const fresh = refreshed(text, 'failure-matrix', matrixLists(rows));
    if (process.env['WRITE_DOCUMENTS']) writeFileSync(DOCUMENT, fresh);
    else expect(linesOf(fresh)).toEqual(linesOf(text));
  });
});
