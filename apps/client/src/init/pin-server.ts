// SPDX-License-Identifier: Apache-2.0

import { X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { SignetError } from '@signet/base';

/** How long the server may take to show its certificate, milliseconds. */
const patience = 15_000;

/**
 * Fetches the certificate with a given fingerprint from the chain that a server shows: what an administrator has read out
 * over another channel is what is trusted, and nothing is sent before.
 *
 * @param fingerprint SHA-256 of the certificate's DER, with or without colons
 * @returns PEM
 * @throws SignetError `exchange.server-unavailable`, `exchange.server-untrusted`
 */
export async function pinServer(server: string, fingerprint: string): Promise<string> {
  const { hostname, port } = new URL(server);
  const wanted = fingerprint.replaceAll(':', '').toLowerCase();
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const chain = await shownChain(host, port === '' ? 443 : Number(port));
  const pinned = chain.find((certificate) => plain(certificate.fingerprint256) === wanted);
  if (pinned === undefined) {
    throw new SignetError('exchange.server-untrusted', {
      reason: 'it shows no certificate with that fingerprint',
    });
  }
  return new X509Certificate(pinned.raw).toString();
}

async function shownChain(host: string, port: number): Promise<DetailedPeerCertificate[]> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  // Not verified here: the fingerprint is what decides.
  const socket = connect({ host, port, rejectUnauthorized: false, timeout: patience }, () => resolve(socket));
  socket.once('error', (error) => reject(error));
  socket.once('timeout', () =>
    reject(new SignetError('general.deadline', { what: 'The server', seconds: patience / 1000 })),
  );
  try {
    const shown: DetailedPeerCertificate[] = [];
    let next: DetailedPeerCertificate | undefined = (await promise).getPeerCertificate(true);
    while (next !== undefined && !shown.includes(next)) {
      shown.push(next);
      next = next.issuerCertificate;
    }
    return shown;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new SignetError('exchange.server-unavailable', { reason }, error);
  } finally {
    socket.destroy();
  }
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
