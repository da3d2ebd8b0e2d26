// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const known = new WeakMap<Socket, Uint8Array>();

/**
 * DER of the certificate with which the other side of a TLS connection proved its key; undefined if there is none.
 * Whether it is trusted is not judged: identities are found by its fingerprint.
 */
export function peerCertificate(socket: Socket): Uint8Array | undefined {
  const earlier = known.get(socket);
  if (earlier !== undefined) return earlier;
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
  if (certificate !== undefined) known.set(socket, certificate);
  return certificate;
}
