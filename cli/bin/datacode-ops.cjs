#!/usr/bin/env node
'use strict';
require('./launch.cjs')('cli/ops/main.ts');
