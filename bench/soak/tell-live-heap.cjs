'use strict';

/**
 * Loaded before a program (`NODE_OPTIONS`): after each full garbage collection, a file of the folder LIVE_HEAP_FOLDER says how
 * many bytes are still in use. Every thread has a heap, and a file, of its own.
 */
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const { constants, PerformanceObserver } = require('node:perf_hooks');
const v8 = require('node:v8');
const { threadId } = require('node:worker_threads');

const file = path.join(process.env.LIVE_HEAP_FOLDER, `${process.pid}.${threadId}`);

new PerformanceObserver((list) => {
  if (!list.getEntries().some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) return;
  const { used_heap_size: used, external_memory: external } = v8.getHeapStatistics();
  writeFileSync(file, String(used + external), { mode: 0o600 });
}).observe({ entryTypes: ['gc'] });
