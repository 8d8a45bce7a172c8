#!/usr/bin/env node
'use strict';
require('./launch.cjs')('cli/export/main.ts');
