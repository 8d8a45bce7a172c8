import { EMBEDDED_TUNING } from '../../dev/temporal/server';
import { runBenchServer } from './bench-server';

// the server of `npm start` without its protection against power cuts, to measure what that costs
runBenchServer({ ...EMBEDDED_TUNING, sqlitePragmas: ['journal_mode=wal', 'synchronous=1'] });
