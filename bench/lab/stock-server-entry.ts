import { runBenchServer } from './bench-server';

// the dev server as it comes, with a database file like ours: what anyone has who starts it by hand
runBenchServer({ dynamicConfig: [], sqlitePragmas: [] });
