// SPDX-License-Identifier: Apache-2.0
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Clock, SignetError, systemClock } from '@signet/base';
import { keySigner } from '@signet/pkix';
import { demoPolicies } from './ca/certificate-profiles.ts';
import { readFile } from './ca/credential.ts';
import type { DemoPki } from './ca/demo-pki.ts';
import { type Handler, listenerOf, plain, type Reply } from './http-exchange.ts';
import { answerOcspRequest, type OcspResponder } from './responders/answer-ocsp-request.ts';
import { publicFiles } from './responders/public-files.ts';
import { answerTimeStampRequest, type TimeStampingAuthority } from './tsa/answer-time-stamp-request.ts';

/** How the demo's trust services are started. */
export interface DemoQtspOptions {
  readonly pki: DemoPki;
  /** Port of the time-stamping authority, by HTTPS; 0 takes a free one. */
  readonly httpsPort: number;
  /** Port of OCSP, revocation lists and CA certificates, by plain HTTP as RFC 5280 §8 advises; 0 takes a free one. */
  readonly httpPort: number;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  readonly clock?: Clock;
  /** Gets what a handler threw, for the log. */
  readonly onError?: (error: unknown) => void;
}

/** The running trust services. */
export interface DemoQtsp {
  /** Where time-stamps are asked for: POST, `application/timestamp-query`. */
  readonly timeStampUrl: string;
  /** Base of `/ocsp`, `/crl/…` and `/aia/…`. */
  readonly httpUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts time-stamping authority, OCSP responder, revocation lists and CA certificates of a demo PKI.
 *
 * @throws SignetError `config.port-in-use`, `config.address-unusable`; `general.io` if the PKI's files cannot be read
 */
export async function startDemoQtsp(options: DemoQtspOptions): Promise<DemoQtsp> {
  const { pki, host = '127.0.0.1', clock = systemClock, onError = () => {} } = options;
  const tls = pki.credential('tls-server');
  const secure = createHttpsServer(
    {
      cert: Buffer.from(readFile(tls.certificateFile)),
      key: Buffer.from(readFile(tls.keyFile)),
      minVersion: 'TLSv1.2',
    },
    listenerOf(timeStampHandler(pki, clock), onError),
  );
  const open = createHttpServer(listenerOf(publicHandler(pki, clock), onError));
  const httpsPort = await listen(secure, host, options.httpsPort);
  try {
    const httpPort = await listen(open, host, options.httpPort);
    const name = host.includes(':') ? `[${host}]` : host;
    return {
      timeStampUrl: `https://${name}:${httpsPort}/tsa`,
      httpUrl: `http://${name}:${httpPort}`,
      stop: async () => void (await Promise.all([close(secure), close(open)])),
    };
  } catch (error) {
    await close(secure);
    throw error;
  }
}

/** The demo PKI's time-stamping authority, for `answerTimeStampRequest`. */
export function demoTimeStampingAuthority(pki: DemoPki): TimeStampingAuthority {
  const { certificate, issuers, key } = pki.credential('tsa');
  return {
    certificate: certificate.bytes,
    issuers: issuers.map(({ bytes }) => bytes),
    signer: keySigner(key),
    policy: { oid: demoPolicies.timeStamp, accuracy: { seconds: 1, milliseconds: 0, microseconds: 0 } },
  };
}

/** The OCSP responder of the demo PKI's issuing CA, for `answerOcspRequest`. */
export function demoOcspResponder(pki: DemoPki): OcspResponder {
  const { certificate, key } = pki.credential('ocsp');
  return {
    issuer: pki.credential('issuing').certificate,
    certificate,
    signer: keySigner(key),
    statusOf: (serialNumber) => pki.statusOf('issuing', serialNumber),
  };
}

// RFC 3161 §3.4
function timeStampHandler(pki: DemoPki, clock: Clock): Handler {
  const authority = demoTimeStampingAuthority(pki);
  return ({ method, path, contentType, body }) => {
    if (path !== '/tsa') return plain(404, 'Time-stamps are at /tsa.');
    if (method !== 'POST') return plain(405, 'POST a time-stamp request.');
    if (contentType !== 'application/timestamp-query') {
      return plain(415, 'The request must be application/timestamp-query.');
    }
    const { response } = answerTimeStampRequest(body, authority, clock);
    return { status: 200, contentType: 'application/timestamp-reply', body: response };
  };
}

function publicHandler(pki: DemoPki, clock: Clock): Handler {
  const files = publicFiles(pki, clock);
  const responder = demoOcspResponder(pki);
  return ({ method, path, contentType, body }) => {
    if (path === '/ocsp' && method === 'POST') {
      if (contentType === 'application/ocsp-request') return ocspReply(body, responder, clock);
      return plain(415, 'The request must be application/ocsp-request.');
    }
    if (method !== 'GET' && method !== 'HEAD') return plain(405, 'This method is not offered here.');
    // RFC 6960 appendix A.1: the request in Base64 as the rest of the path.
    if (path.startsWith('/ocsp/')) return ocspReply(Buffer.from(path.slice(6), 'base64'), responder, clock);
    const file = files(path);
    if (file === undefined) return plain(404, 'There is nothing here.');
    return { status: 200, contentType: file.contentType, body: file.bytes };
  };
}

function ocspReply(request: Uint8Array, responder: OcspResponder, clock: Clock): Reply {
  const body = answerOcspRequest(request, responder, clock);
  return { status: 200, contentType: 'application/ocsp-response', body };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new SignetError('config.port-in-use', { host, port }, error));
      const reason = error.code ?? 'unknown';
      reject(new SignetError('config.address-unusable', { host, port, reason }, error));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
