// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** One encapsulated object of a PEM text (RFC 7468). */
export interface PemBlock {
  /** For example `CERTIFICATE` or `PRIVATE KEY`. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

const boundary = /^-----(BEGIN|END) ([A-Z0-9 #]+)-----\s*$/;

/** The PEM text of DER bytes. */
export function encodePem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/**
 * The objects of a PEM text in their order. Text between them is passed over; so are headers inside them (RFC 1421).
 *
 * @throws SignetError `x509.pem` if an object does not end or is not Base64
 */
export function decodePem(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let label: string | undefined;
  let lines: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const match = boundary.exec(line);
    if (match === null) {
      if (label !== undefined && !line.includes(':')) lines.push(line.trim());
      continue;
    }
    const [, kind, name] = match as unknown as [string, string, string];
    if ((kind === 'BEGIN') !== (label === undefined) || (kind === 'END' && name !== label)) {
      throw new SignetError('x509.pem', { reason: `${kind} ${name} stands where it does not belong` });
    }
    if (kind === 'END') blocks.push({ label: name, bytes: base64(lines.join('')) });
    label = kind === 'BEGIN' ? name : undefined;
    lines = [];
  }
  if (label !== undefined) throw new SignetError('x509.pem', { reason: `${label} does not end` });
  return blocks;
}

/**
 * The certificates of a PEM text, or the one of DER bytes: what a file of trust anchors or a chain may hold.
 *
 * @throws SignetError `x509.pem` if there is none
 */
export function readCertificateBytes(file: Uint8Array): readonly Uint8Array[] {
  if (file[0] === 0x30) return [file];
  const certificates = decodePem(Buffer.from(file).toString('latin1'))
    .filter(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE')
    .map(({ bytes }) => bytes);
  if (certificates.length === 0) throw new SignetError('x509.pem', { reason: 'it holds no certificate' });
  return certificates;
}

function base64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new SignetError('x509.pem', { reason: 'it is not Base64' });
  }
  return Buffer.from(text, 'base64');
}
