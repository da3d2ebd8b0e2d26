// SPDX-License-Identifier: Apache-2.0
import { isSignetError, SignetError } from '@signet/base';
import {
  type Certificate,
  type JudgedTimeStamp,
  judgeTimeStampResponse,
  parseCertificate,
  type TimeStampResponseExpectation,
} from '@signet/pkix';
import { findCertificationPath } from '../path/index.ts';
import type { TimeStampAuthoritySettings } from './authority.ts';

/**
 * Judges an authority's answer: imprint, nonce, policy, purpose and signature (RFC 3161 §2.2), and, where the authority has
 * configured anchors, that its certificate leads to one of them at the time of the token.
 *
 * @throws SignetError `tsp.*`, `tsa.untrusted`
 */
export function judgeTimeStamp(
  authority: TimeStampAuthoritySettings,
  answer: Uint8Array,
  expectation: TimeStampResponseExpectation,
): JudgedTimeStamp {
  const judged = judgeTimeStampResponse(answer, expectation);
  const { trustAnchors } = authority;
  if (trustAnchors === undefined || trustAnchors.length === 0) return judged;
  const { token, certificate } = judged;
  const path = findCertificationPath({
    certificate,
    candidates: token.signedData.certificates.flatMap(readable),
    anchors: trustAnchors.map((bytes) => parseCertificate(bytes)),
    at: token.info.genTime,
  });
  if (path.status === 'valid') return judged;
  throw new SignetError('tsa.untrusted', {
    authority: authority.name,
    reason: path.failures[0]?.reason ?? 'no path',
  });
}

/** A certificate that cannot be read helps no path; the others still may. */
function readable(bytes: Uint8Array): readonly Certificate[] {
  try {
    return [parseCertificate(bytes)];
  } catch (error) {
    if (isSignetError(error)) return [];
    throw error;
  }
}
