// SPDX-License-Identifier: Apache-2.0
import type { TenantId } from './job.ts';

/** What an identity may do. */
export type Scope = 'seal' | 'seal-hash' | 'validate' | 'admin' | 'metrics';

/** Someone who may ask: an API token or a client certificate. Its name is unique in its tenant. */
export interface Identity {
  readonly tenant: TenantId;
  readonly name: string;
  readonly kind: 'token' | 'certificate';
  readonly scopes: readonly Scope[];
  /** Names of the processes that it may use; `*` for all of its tenant. */
  readonly processes: readonly string[] | '*';
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What is asked for a new identity. */
export interface IdentityRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly processes: readonly string[] | '*';
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null;
}

/**
 * Identities. Secrets are 256 random bits and are stored as their SHA-256 only. Every change is audited; `by` is the name
 * of the identity that asked for it.
 */
export interface IdentityStore {
  /**
   * Makes an API token.
   *
   * @returns the secret (`sgt_…`), which cannot be had again
   * @throws SignetError `storage.name-taken`
   */
  createToken(
    tenant: TenantId,
    request: IdentityRequest,
    by: string,
  ): Promise<{ readonly identity: Identity; readonly secret: string }>;
  /**
   * Lets the holder of a certificate's key in.
   *
   * @param fingerprint SHA-256 of the certificate's DER, lower-case hexadecimal
   * @throws SignetError `storage.name-taken`
   */
  registerCertificate(
    tenant: TenantId,
    request: IdentityRequest,
    fingerprint: string,
    by: string,
  ): Promise<Identity>;
  /** The identity whose secret this is, of any tenant, unless it was revoked. Who asks judges whether it ran out. */
  findByToken(secret: string): Promise<Identity | undefined>;
  /** The same for a client certificate, by the SHA-256 of its DER. */
  findByCertificate(fingerprint: string): Promise<Identity | undefined>;
  /** All identities of a tenant, revoked ones too, by name. */
  list(tenant: TenantId): Promise<readonly Identity[]>;
  /** @throws SignetError `storage.unknown-name` */
  revoke(tenant: TenantId, name: string, by: string): Promise<void>;
  /**
   * Makes a code with which a client enrols its certificate once.
   *
   * @param codeExpiresAt until when the code can be redeemed (`request.expiresAt` is the identity's own end)
   */
  createEnrolmentCode(
    tenant: TenantId,
    request: IdentityRequest,
    codeExpiresAt: Date,
    by: string,
  ): Promise<{ readonly code: string }>;
  /** For whom a code was made, of any tenant, if it can still be redeemed; it is not used up. */
  findEnrolmentCode(
    code: string,
  ): Promise<{ readonly tenant: TenantId; readonly request: IdentityRequest } | undefined>;
  /**
   * Uses up a code: registers the certificate under the identity that the code was made for.
   *
   * @throws SignetError `access.enrolment-code` if it is unknown, used or expired; `storage.name-taken`
   */
  redeemEnrolmentCode(code: string, fingerprint: string): Promise<Identity>;
}
