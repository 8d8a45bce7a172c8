#!/usr/bin/env node
'use strict';
require('./launch.cjs')('cli/reconcile/main.ts');
