// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto';
import type { ByteRange } from '@signet/ades/pades';
import { type ByteSource, chunkBytes, hashRange, SignetError } from '@signet/base';
import { type DigestAlgorithmId, startDigest } from '@signet/pkix';

/** An output and the document that it must begin with. */
export interface OutputOnBase {
  readonly output: ByteSource;
  /** Length of the document as it arrived, in bytes. */
  readonly baseLength: number;
  /** SHA-256 of the document as it arrived, lower-case hexadecimal. */
  readonly baseSha256: string;
}

/** The digests of an output that have a beginning in common: of the base document, over byte ranges, of the whole. */
export class OutputDigests {
  readonly #expectation: OutputOnBase;
  #sha256: Hash | undefined;

  constructor(expectation: OutputOnBase) {
    this.#expectation = expectation;
  }

  /**
   * The digest over the ByteRange of a signature whose /Contents lies behind the base document.
   *
   * @throws SignetError `ades.check-base-changed` if the file does not begin with the document that arrived
   */
  docHash([, before, after, rest]: ByteRange, algorithm: DigestAlgorithmId): Uint8Array {
    const { output, baseLength } = this.#expectation;
    const other = algorithm === 'sha256' ? undefined : startDigest(algorithm);
    const base = this.#hashBase(other);
    const hash = other ?? base.copy();
    hashRange(hash, output, baseLength, before - baseLength);
    hashRange(hash, output, after, rest);
    return hash.digest();
  }

  /** SHA-256 of the whole output, lower-case hexadecimal. @throws SignetError `ades.check-base-changed` */
  whole(): string {
    const { output, baseLength } = this.#expectation;
    const hash = this.#hashBase(undefined).copy();
    hashRange(hash, output, baseLength, output.length - baseLength);
    return hash.digest('hex');
  }

  /** SHA-256 over the base document, whose bytes go into another digest as well. */
  #hashBase(other: Hash | undefined): Hash {
    const { output, baseLength, baseSha256 } = this.#expectation;
    if (this.#sha256 !== undefined) {
      if (other !== undefined) hashRange(other, output, 0, baseLength);
      return this.#sha256;
    }
    const hash = createHash('sha256');
    for (let at = 0; at < baseLength; at += chunkBytes) {
      const chunk = output.read(at, Math.min(chunkBytes, baseLength - at));
      hash.update(chunk);
      other?.update(chunk);
    }
    if (hash.copy().digest('hex') !== baseSha256) throw new SignetError('ades.check-base-changed');
    this.#sha256 = hash;
    return hash;
  }
}
