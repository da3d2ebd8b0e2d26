// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { decodePem, encodePem, type Oid } from '@signet/pkix';
import type { EgressHost } from '../egress/index.ts';

/** A time-stamping authority with its secrets read. */
export interface TimeStampAuthoritySettings {
  readonly name: string;
  readonly url: string;
  readonly allowPlain: boolean;
  /** Whether its address may be a private one (a TSA inside the house). */
  readonly allowPrivate?: boolean;
  readonly authentication?: TimeStampLogin;
  /** PEM of extra CA roots for TLS. */
  readonly caPem?: string;
  /** Policy to ask for. */
  readonly policy?: Oid;
  /** For the whole exchange. */
  readonly timeoutSeconds: number;
  /** How often it may be asked; unlimited by default. */
  readonly rate?: { readonly requests: number; readonly periodSeconds: number };
  /** DER certificates that the token's certificate must lead to; none means that the path is not judged here. */
  readonly trustAnchors?: readonly Uint8Array[];
}

/** How the authority knows who asks. */
export interface TimeStampLogin {
  readonly kind: 'basic' | 'header' | 'certificate';
  /**
   * The secret itself. basic: `user:password`; header: the value; certificate: PEM of the key and its certificates.
   */
  readonly secret: string;
  /** header: its name; `Authorization` by default. */
  readonly header?: string;
}

/**
 * The row of the egress policy that an authority needs.
 *
 * @throws SignetError `egress.url`, `tsa.credentials`
 */
export function egressHostOf(authority: TimeStampAuthoritySettings): EgressHost {
  const url = URL.parse(authority.url);
  if (url === null) throw new SignetError('egress.url', { url: authority.url });
  const { allowPrivate, caPem, authentication } = authority;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
    allowPlain: authority.allowPlain,
    ...(allowPrivate === undefined ? {} : { allowPrivate }),
    ...(caPem === undefined ? {} : { caPem }),
    ...(authentication?.kind === 'certificate'
      ? { clientCertificate: clientCertificateOf(authority, authentication) }
      : {}),
  };
}

/** The headers that log in. */
export function loginHeaders({
  authentication,
}: TimeStampAuthoritySettings): Readonly<Record<string, string>> {
  if (authentication?.kind === 'basic') {
    return { authorization: `Basic ${Buffer.from(authentication.secret, 'utf8').toString('base64')}` };
  }
  if (authentication?.kind === 'header')
    return { [authentication.header ?? 'authorization']: authentication.secret };
  return {};
}

function clientCertificateOf({ name }: TimeStampAuthoritySettings, { secret }: TimeStampLogin) {
  const blocks = decodePem(secret);
  const pemOf = (wanted: (label: string) => boolean) =>
    blocks
      .filter(({ label }) => wanted(label))
      .map(({ label, bytes }) => encodePem(label, bytes))
      .join('');
  const certificatePem = pemOf((label) => label === 'CERTIFICATE');
  const keyPem = pemOf((label) => label.endsWith('PRIVATE KEY'));
  if (certificatePem === '' || keyPem === '') {
    throw new SignetError('tsa.credentials', {
      authority: name,
      reason: 'a certificate and a key are expected',
    });
  }
  return { certificatePem, keyPem };
}
