// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openJournal } from '../src/journal/index.ts';
import { jobStoreConformance } from './job-store-conformance.ts';

const parent = mkdtempSync(join(tmpdir(), 'signet-test-'));
after(() => rmSync(parent, { recursive: true, force: true }));

jobStoreConformance({
  name: 'journal',
  async place() {
    const directory = mkdtempSync(join(parent, 'journal-'));
    return { open: (options) => openJournal({ directory, ...options }) };
  },
});
