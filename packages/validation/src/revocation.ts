// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import {
  type Certificate,
  findRevokedCertificate,
  isInScope,
  judgeOcspResponse,
  judgeRevocationList,
  type OcspResponse,
  parseOcspResponse,
  parseRevocationList,
  type RevocationList,
} from '@signet/pkix';

/** What revocation values say of a certificate. */
export type RevocationStatus =
  | {
      readonly kind: 'good';
      readonly thisUpdate: Date;
      /** Who signed an OCSP response; undefined for a list. */
      readonly responder?: Certificate;
    }
  | { readonly kind: 'revoked'; readonly date: Date; readonly reason: string | undefined }
  | { readonly kind: 'unknown' };

/** For when a status is wanted. */
export interface RevocationQuestion {
  readonly certificate: Certificate;
  /**
   * The certificate of its issuer, as in the path, and others of the path with the same name: after a change of its key an
   * authority signs its lists with the new one (RFC 5280 §6.3.3 step f).
   */
  readonly issuers: readonly Certificate[];
  /** The time of validation; undefined if it does not matter how old values are. */
  readonly at: Date | undefined;
  /** The earliest time at which the signature is proven to have existed; values from after it are fresh for ever. */
  readonly existedAt: Date | undefined;
}

/** Revocation values that were handed in or carried along, parsed once. Ones that cannot be read are left out. */
export class RevocationValues {
  readonly #lists: readonly RevocationList[];
  readonly #responses: readonly OcspResponse[];

  constructor(crls: readonly Uint8Array[], ocspResponses: readonly Uint8Array[]) {
    this.#lists = crls.flatMap((bytes) => readable(() => parseRevocationList(bytes)));
    this.#responses = ocspResponses.flatMap((bytes) => readable(() => parseOcspResponse(bytes)));
  }

  /**
   * The status of a certificate (EN 319 102-1 §5.2.5, §5.2.6). Each value is judged by itself: issuer, scope, signature,
   * times. That it is revoked outweighs that it is good.
   */
  status(question: RevocationQuestion): RevocationStatus {
    const found = [
      ...question.issuers.flatMap((issuer) => [
        ...this.#lists.flatMap((list) => readable(() => byList(list, issuer, question))),
        ...this.#responses.flatMap((response) => readable(() => byResponse(response, issuer, question))),
      ]),
    ];
    return (
      found.find(({ kind }) => kind === 'revoked') ??
      found.find(({ kind }) => kind === 'good') ?? { kind: 'unknown' }
    );
  }
}

function byList(
  list: RevocationList,
  issuer: Certificate,
  { certificate, at, existedAt }: RevocationQuestion,
): RevocationStatus {
  judgeRevocationList(list, { issuer });
  if (!isInScope(list, certificate)) return { kind: 'unknown' };
  const entry = findRevokedCertificate(list, certificate);
  if (entry !== undefined && entry.reason !== 'removeFromCRL') {
    return { kind: 'revoked', date: entry.revocationDate, reason: entry.reason };
  }
  return isFresh(list, at, existedAt) ? { kind: 'good', thisUpdate: list.thisUpdate } : { kind: 'unknown' };
}

function byResponse(
  response: OcspResponse,
  issuer: Certificate,
  { certificate, at, existedAt }: RevocationQuestion,
): RevocationStatus {
  const { single, responder } = judgeOcspResponse(response, { certificate, issuer });
  const { status } = single;
  if (status.kind === 'revoked')
    return { kind: 'revoked', date: status.revocationTime, reason: status.reason };
  if (status.kind !== 'good' || !isFresh(single, at, existedAt)) return { kind: 'unknown' };
  return { kind: 'good', thisUpdate: single.thisUpdate, responder };
}

const clockTolerance = 60_000;

/** Made before the validation, and either still current or from after the signature is proven to have existed. */
function isFresh(
  value: { readonly thisUpdate: Date; readonly nextUpdate: Date | undefined },
  at: Date | undefined,
  existedAt: Date | undefined,
): boolean {
  if (at === undefined) return true;
  if (value.thisUpdate.getTime() > at.getTime() + clockTolerance) return false;
  if (existedAt !== undefined && value.thisUpdate > existedAt) return true;
  return value.nextUpdate === undefined || value.nextUpdate.getTime() >= at.getTime() - clockTolerance;
}

function readable<T>(read: () => T): [T] | [] {
  try {
    return [read()];
  } catch (error) {
    if (isSignetError(error)) return [];
    throw error;
  }
}
