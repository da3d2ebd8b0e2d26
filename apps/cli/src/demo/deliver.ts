// SPDX-License-Identifier: Apache-2.0
import {
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join, parse } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignetError, systemClock } from '@signet/base';
import { defaultZipLimits, readZip, writePackage } from '@signet/exchange/batch';
import { openSpool, type SealingApi } from '@signet/exchange/rest';
import type { DemoProcess } from './layout.ts';

/** A document that came back sealed. */
export interface Delivered {
  readonly document: string;
  readonly way: 'folder' | 'folder, by hash' | 'REST' | 'REST, batch';
  readonly process: DemoProcess;
  /** Where the sealed document lies. */
  readonly path: string;
}

/** Seconds after which a document that does not come back is given up. */
const patience = 60;

/** Puts copies of the documents into a binding's `in/` and waits for all of them in `out/`. */
export async function byFolder(
  root: string,
  process: DemoProcess,
  documents: readonly string[],
): Promise<Delivered[]> {
  const names = documents.map((document) => {
    const name = freeName(
      document,
      ['in', 'out', 'failed'].map((folder) => join(root, folder)),
    );
    const hidden = join(root, 'in', `.${name}.part`);
    copyFileSync(document, hidden);
    renameSync(hidden, join(root, 'in', name));
    return name;
  });
  const end = Date.now() + patience * 1000;
  for (const name of names) {
    while (!existsSync(join(root, 'out', name))) {
      const problem = readdirSync(join(root, 'failed')).find((entry) => entry.startsWith(name));
      if (problem !== undefined || Date.now() > end) {
        throw new SignetError('config.demo-step', {
          what: `sealing ${name} by folder`,
          words: problem ?? 'it did not come back',
        });
      }
      await sleep(50);
    }
  }
  const way = process === 'invoices-hash' ? 'folder, by hash' : 'folder';
  return names.map((name) => ({ document: name, way, process, path: join(root, 'out', name) }));
}

/** Seals the documents one by one by REST. */
export async function byRest(
  api: SealingApi,
  into: string,
  documents: readonly string[],
): Promise<Delivered[]> {
  mkdirSync(into, { recursive: true });
  const delivered: Delivered[] = [];
  for (const document of documents) {
    const name = freeName(document, [into]);
    const path = join(into, name);
    await api.seal({ process: 'invoices', document: { path: document, name } }, { path });
    delivered.push({ document: name, way: 'REST', process: 'invoices', path });
  }
  return delivered;
}

/** Sends the documents as one ZIP and unpacks the ZIP that comes back. */
export async function byBatch(
  api: SealingApi,
  into: string,
  documents: readonly string[],
): Promise<Delivered[]> {
  const folder = join(into, freeName('batch', [into]));
  mkdirSync(folder, { recursive: true });
  const sent = join(folder, 'sent.zip');
  const content = {
    documents: documents.map((path) => ({ name: parse(path).base, locate: () => path })),
    time: systemClock.now(),
  };
  await pipeline(writePackage(content), createWriteStream(sent, { flags: 'wx' }));
  const { batch } = await api.createBatch({ process: 'invoices', document: { path: sent } });
  const end = Date.now() + patience * 1000;
  while ((await api.batch(batch)).state === 'working' && Date.now() < end) await sleep(50);
  const sealed = join(folder, 'sealed.zip');
  await api.batchPackage(batch, { path: sealed });
  return unpack(sealed, folder);
}

async function unpack(zip: string, folder: string): Promise<Delivered[]> {
  const spool = await openSpool(join(folder, '.spool'));
  const delivered: Delivered[] = [];
  for await (const entry of readZip(zip, { spool, limits: defaultZipLimits })) {
    if ('problem' in entry) continue;
    const path = join(folder, entry.name);
    renameSync(entry.file.path, path);
    delivered.push({ document: entry.name, way: 'REST, batch', process: 'invoices', path });
  }
  rmSync(join(folder, '.spool'), { recursive: true, force: true });
  return delivered;
}

/** The document's name, numbered until none of the folders has it. */
function freeName(document: string, folders: readonly string[]): string {
  const { name, ext } = parse(document);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? `${name}${ext}` : `${name}-${number}${ext}`;
    if (!folders.some((folder) => existsSync(join(folder, candidate)))) return candidate;
  }
}
