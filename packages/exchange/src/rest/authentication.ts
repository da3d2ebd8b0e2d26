// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { type Clock, SignetError } from '@signet/base';
import type { FastifyRequest } from 'fastify';
import { peerCertificate } from './peer-certificate.ts';
import type { Caller } from './service.ts';

/** An identity as it is stored. */
export interface FoundIdentity {
  readonly caller: Caller;
  /** From when on it is refused. */
  readonly expiresAt?: Date;
}

/** Where identities are looked up. Revoked ones are not found. */
export interface IdentityFinder {
  /** By an API token; the store compares hashes and keeps no secret. */
  findByToken(secret: string): Promise<FoundIdentity | undefined>;
  /** By the SHA-256 of the client certificate's DER, lower-case hexadecimal. */
  findByCertificate(sha256: string): Promise<FoundIdentity | undefined>;
}

/** Says who is asking, or throws an `access.*` error of status 401. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

/**
 * Makes the authentication of a program: an API token (RFC 6750 §2.1) if one is sent, else the client certificate of the
 * TLS connection. A wrong token is refused even where the certificate would do: who sends one means it.
 */
export function authenticator(options: {
  readonly identities: IdentityFinder;
  readonly clock: Clock;
}): Authenticate {
  const { identities, clock } = options;
  return async (request) => {
    const found = await findIdentity(request, identities);
    if (found === undefined) throw new SignetError('access.unknown-identity');
    if (found.expiresAt !== undefined && found.expiresAt <= clock.now()) {
      throw new SignetError('access.expired', {
        identity: found.caller.identity,
        expiredAt: found.expiresAt.toISOString(),
      });
    }
    return found.caller;
  };
}

async function findIdentity(
  request: FastifyRequest,
  identities: IdentityFinder,
): Promise<FoundIdentity | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) return identities.findByToken(bearerToken(authorization));
  const certificate = peerCertificate(request.raw.socket);
  if (certificate === undefined) throw new SignetError('access.no-identity');
  return identities.findByCertificate(createHash('sha256').update(certificate).digest('hex'));
}

/**
 * The token of an Authorization field (b64token of RFC 6750 §2.1, at most 512 characters).
 *
 * @throws SignetError `access.malformed-authorization`
 */
export function bearerToken(authorization: string): string {
  const token = /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new SignetError('access.malformed-authorization');
  return token;
}
