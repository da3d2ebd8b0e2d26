// SPDX-License-Identifier: Apache-2.0
import { signatureAlgorithm } from '../algorithms/index.ts';
import { contextPrimitive, type DerNode, der, encodeDer } from '../der/index.ts';
import type { SynchronousSigner } from '../signer.ts';
import { type Certificate, extension } from '../x509/index.ts';
import { encodeRevokedCertificate, type RevokedCertificateInput } from './entry.ts';
import {
  encodeIssuingDistributionPoint,
  type IssuingDistributionPointInput,
} from './issuing-distribution-point.ts';
import { revocationListExtensionOids } from './revocation-list.ts';

/** What a revocation list states. */
export interface RevocationListInput {
  /** Certificate of the authority that signs the list. */
  readonly issuer: Certificate;
  readonly signer: SynchronousSigner;
  readonly crlNumber: bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly RevokedCertificateInput[];
  readonly issuingDistributionPoint?: IssuingDistributionPointInput;
  /** Makes it a delta list, relative to the complete list of this number. */
  readonly deltaBase?: bigint;
}

/** Makes a version 2 revocation list (RFC 5280 §5.1). */
export function buildRevocationList(input: RevocationListInput): Uint8Array {
  const { identifier } = signatureAlgorithm(input.signer.algorithm);
  const tbs = encodeDer(
    der.sequence(
      der.integer(1),
      identifier,
      input.issuer.subject.bytes,
      der.time(input.thisUpdate),
      der.time(input.nextUpdate),
      // §5.1.2.6: absent when empty.
      input.revoked.length === 0 ? undefined : der.sequenceOf(input.revoked.map(encodeRevokedCertificate)),
      der.context(0, der.sequence(...extensionsOf(input))),
    ),
  );
  return encodeDer(der.sequence(tbs, identifier, der.bitString(input.signer.sign(tbs))));
}

function extensionsOf(input: RevocationListInput): readonly (DerNode | undefined)[] {
  const oids = revocationListExtensionOids;
  const { deltaBase, issuingDistributionPoint: point } = input;
  const keyIdentifier = input.issuer.subjectKeyIdentifier;
  return [
    keyIdentifier &&
      extension(oids.authorityKeyIdentifier, der.sequence(der.element(contextPrimitive(0), keyIdentifier))),
    extension(oids.crlNumber, der.integer(input.crlNumber)),
    deltaBase === undefined ? undefined : extension(oids.deltaCrlIndicator, der.integer(deltaBase), true),
    point && extension(oids.issuingDistributionPoint, encodeIssuingDistributionPoint(point), true),
  ];
}
