// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { Egress } from '../egress/index.ts';
import { loginHeaders, type TimeStampAuthoritySettings } from './authority.ts';

/** Largest answer taken; tokens with their chain have 3 to 15 kB. */
const maxResponseBytes = 65_536;

/**
 * Asks an authority over HTTP (RFC 3161 §3.4) and gives its answer as it came. Whether it is a good one,
 * `judgeTimeStamp` says.
 *
 * @param query DER of the TimeStampReq
 * @throws SignetError `egress.*`, `tsa.http-status`, `tsa.content-type`
 */
export async function requestTimeStamp(
  authority: TimeStampAuthoritySettings,
  egress: Egress,
  query: Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { status, headers, body } = await egress.send({
    url: authority.url,
    method: 'POST',
    headers: {
      'content-type': 'application/timestamp-query',
      accept: 'application/timestamp-reply',
      ...loginHeaders(authority),
    },
    body: query,
    timeoutSeconds: authority.timeoutSeconds,
    maxResponseBytes,
    ...(signal === undefined ? {} : { signal }),
  });
  if (status !== 200) throw new SignetError('tsa.http-status', { authority: authority.name, status });
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/timestamp-reply') {
    throw new SignetError('tsa.content-type', {
      authority: authority.name,
      type: type.slice(0, 80) || 'nothing',
    });
  }
  return body;
}
