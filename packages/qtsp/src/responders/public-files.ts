// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs';
import type { Clock } from '@signet/base';
import { parseRevocationList } from '@signet/pkix';
import { readFile } from '../ca/credential.ts';
import type { DemoPki } from '../ca/demo-pki.ts';

/** What anybody may fetch: revocation lists and CA certificates, by the paths that certificates point to. */
export interface PublicFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const issuers = ['root', 'issuing'] as const;

/**
 * Serves what a demo PKI publishes. Revocation lists are made anew when half of the shortest one's time is over, and read
 * again when another process published new ones.
 *
 * @returns a function from path (`/crl/root.crl`, `/aia/issuing.cer`) to file, undefined for other paths
 */
export function publicFiles(pki: DemoPki, clock: Clock): (path: string) => PublicFile | undefined {
  const certificates = new Map<string, PublicFile>();
  for (const name of issuers) {
    const { bytes } = pki.credential(name).certificate;
    certificates.set(`/aia/${name}.cer`, { contentType: 'application/pkix-cert', bytes });
  }
  const lists = new Map(
    issuers.map((name) => [`/crl/${name}.crl`, cachedList(pki.revocationListFile(name))]),
  );
  return (path) => {
    const list = lists.get(path);
    if (list === undefined) return certificates.get(path);
    if (list().renewAt <= clock.now()) pki.publishRevocationLists(clock);
    return { contentType: 'application/pkix-crl', bytes: list().bytes };
  };
}

/** The list in a file, read and parsed only when the file is another one than the last time. */
function cachedList(path: string): () => { readonly bytes: Uint8Array; readonly renewAt: Date } {
  let seen = '';
  let list: { readonly bytes: Uint8Array; readonly renewAt: Date } = {
    bytes: new Uint8Array(),
    renewAt: new Date(0),
  };
  return () => {
    const { ino, mtimeMs } = statSync(path);
    const version = `${ino} ${mtimeMs}`;
    if (version === seen) return list;
    const bytes = readFile(path);
    const { thisUpdate, nextUpdate } = parseRevocationList(bytes);
    const end = nextUpdate ?? thisUpdate;
    list = { bytes, renewAt: new Date((thisUpdate.getTime() + end.getTime()) / 2) };
    seen = version;
    return list;
  };
}
