// SPDX-License-Identifier: Apache-2.0
// Seals a PDF in memory with a key of the test PKI: the library's steps in order, without devices or services.
import {
  addSignatureTimeStamp,
  embed,
  estimateCmsBytes,
  prepareSignature,
  signatureTimeStampImprint,
} from '../../packages/ades/src/cades/index.ts';
import { fillHole, type PdfPreparationOptions, preparePdf } from '../../packages/ades/src/pades/index.ts';
import { memorySource } from '../../packages/base/src/index.ts';
import { openPdf } from '../../packages/documents/src/pdf/index.ts';
import { keySigner, type SignatureAlgorithmId, signatureAlgorithm } from '../../packages/pkix/src/index.ts';
import { algorithmOf, type KeyName, type KeyPair, pkiTime, type TestPki } from './pki.ts';

/** How a test seals. */
export interface SealOptions extends Partial<PdfPreparationOptions> {
  readonly key?: KeyName;
  readonly pair?: KeyPair;
  readonly algorithm?: SignatureAlgorithmId;
  readonly level?: 'B-B' | 'B-T';
  readonly stampedAt?: Date;
}

const tokenBytes = 4096;

/** The sealed document: the base's bytes and the appended revision. */
export function sealPdf(base: Uint8Array, pki: TestPki, options: SealOptions = {}): Buffer {
  const kind = options.key ?? 'p256';
  const pair = options.pair ?? pki.seal(kind);
  const certificates = pki.chain(pair);
  const algorithm = options.algorithm ?? algorithmOf[kind];
  const preparation = preparePdf(openPdf(memorySource(base)), {
    digestAlgorithm: signatureAlgorithm(algorithm).hash,
    reservedBytes: estimateCmsBytes({
      certificates,
      algorithm,
      tokenBytes: options.level === 'B-T' ? tokenBytes : 0,
    }),
    signingTime: pkiTime,
    ...options,
  });
  const signature = prepareSignature({ ...preparation, certificates, algorithm });
  let cms = embed(signature, keySigner(pair.key, algorithm).sign(signature.dtbs));
  if (options.level === 'B-T') {
    const stamp = options.stampedAt === undefined ? {} : { at: options.stampedAt };
    cms = addSignatureTimeStamp(cms, pki.stamp(signatureTimeStampImprint(cms, 'sha256'), stamp));
  }
  return Buffer.concat([base, fillHole(preparation, cms)]);
}
