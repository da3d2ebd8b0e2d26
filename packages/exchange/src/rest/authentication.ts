// SPDX-License-Identifier: Apache-2.0
import type { FastifyRequest } from 'fastify';
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
