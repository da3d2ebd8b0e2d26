// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, sign } from 'node:crypto';
import {
  algorithmsOfKey,
  digest,
  nodeSignatureOptions,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '../algorithms/index.ts';
import { type DerNode, der, encodeDer, type Oid, readOnlySequence } from '../der/index.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { extension, extensionOids } from './extension.ts';
import { type KeyUsage, keyUsageBits } from './extension-values.ts';
import { type GeneralName, generalName } from './general-name.ts';
import type { Name } from './name.ts';
import { buildQcStatements, type QcStatementsInput } from './qc-statements.ts';

/** What a certificate is built of. Subject and authority key identifiers are added (RFC 5280 §4.2.1.1, §4.2.1.2). */
export interface CertificateInput {
  readonly subject: Name;
  /** DER of SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** At most 20 octets, taken as a positive number; see `randomSerialNumber`. */
  readonly serialNumber: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Who signs: a CA's certificate and key, or only the subject's own key for a self-signed one. */
  readonly issuer: { readonly certificate?: Certificate; readonly key: KeyObject };
  /** The issuer key's preferred algorithm by default. */
  readonly algorithm?: SignatureAlgorithmId;
  readonly extensions?: CertificateExtensions;
}

/** The extensions that this program issues. Absent ones are left out. */
export interface CertificateExtensions {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsage[];
  readonly extKeyUsage?: { readonly purposes: readonly Oid[]; readonly critical?: boolean };
  readonly subjectAltName?: readonly Exclude<GeneralName, { kind: 'other' | 'x400' | 'edi' }>[];
  readonly certificatePolicies?: readonly Oid[];
  readonly crlUrls?: readonly string[];
  readonly ocspUrls?: readonly string[];
  readonly caIssuersUrls?: readonly string[];
  readonly qcStatements?: QcStatementsInput;
  /** For an OCSP responder whose own certificate is not to be asked about (RFC 6960 §4.2.2.2.1). */
  readonly ocspNoCheck?: boolean;
  /** Extensions that are encoded already. */
  readonly others?: readonly { readonly oid: Oid; readonly critical: boolean; readonly value: Uint8Array }[];
}

/** Builds and signs an X.509 v3 certificate (RFC 5280 §4). For a demo PKI and for the server's own CA of clients. */
export function buildCertificate(input: CertificateInput): Certificate {
  const { issuer, subject } = input;
  const algorithm = signatureAlgorithm(input.algorithm ?? algorithmsOfKey(issuer.key)[0]!);
  const issuerName = issuer.certificate?.subject ?? subject;
  const subjectKeyId = keyIdentifier(input.subjectPublicKeyInfo);
  const authorityKeyId = issuer.certificate === undefined ? subjectKeyId : identifierOf(issuer.certificate);
  const tbs = encodeDer(
    der.sequence(
      der.context(0, der.integer(2)),
      der.integer(input.serialNumber),
      algorithm.identifier,
      issuerName.bytes,
      der.sequence(der.time(input.notBefore), der.time(input.notAfter)),
      subject.bytes,
      input.subjectPublicKeyInfo,
      der.context(3, der.sequenceOf(extensionNodes(input.extensions ?? {}, subjectKeyId, authorityKeyId))),
    ),
  );
  return parseCertificate(signedStructure(tbs, issuer.key, algorithm.id));
}

/** Builds `SEQUENCE { toBeSigned, AlgorithmIdentifier, BIT STRING }`: certificates, requests and CRLs alike. */
export function signedStructure(
  toBeSigned: Uint8Array,
  key: KeyObject,
  algorithm: SignatureAlgorithmId,
): Uint8Array {
  const { digest: digestName, options } = nodeSignatureOptions(algorithm);
  const value = sign(digestName, toBeSigned, { key, ...options });
  return encodeDer(der.sequence(toBeSigned, signatureAlgorithm(algorithm).identifier, der.bitString(value)));
}

/** A subject key identifier: SHA-1 over the key's bits, as RFC 5280 §4.2.1.2 (1) has it. It identifies, it protects nothing. */
export function keyIdentifier(subjectPublicKeyInfo: Uint8Array): Uint8Array {
  const fields = readOnlySequence(subjectPublicKeyInfo);
  fields.skip();
  return digest('sha1', fields.bitStringOctets());
}

function identifierOf(issuer: Certificate): Uint8Array {
  return issuer.subjectKeyIdentifier ?? keyIdentifier(issuer.subjectPublicKeyInfo);
}

function extensionNodes(
  from: CertificateExtensions,
  subjectKeyId: Uint8Array,
  authorityKeyId: Uint8Array,
): DerNode[] {
  const oids = extensionOids;
  const nodes: DerNode[] = [];
  const add = (oid: Oid, value: DerNode | Uint8Array, critical = false) =>
    nodes.push(extension(oid, value, critical));
  if (from.basicConstraints !== undefined) {
    const { ca, pathLength } = from.basicConstraints;
    const length = pathLength === undefined ? undefined : der.integer(pathLength);
    add(oids.basicConstraints, der.sequence(der.booleanOrAbsent(ca), length), true);
  }
  if (from.keyUsage !== undefined) {
    add(oids.keyUsage, der.namedBits(from.keyUsage.map((usage) => keyUsageBits.indexOf(usage))), true);
  }
  if (from.extKeyUsage !== undefined) {
    const { purposes, critical } = from.extKeyUsage;
    add(oids.extKeyUsage, der.sequenceOf(purposes.map(der.oid)), critical);
  }
  add(oids.subjectKeyIdentifier, der.octetString(subjectKeyId));
  add(oids.authorityKeyIdentifier, der.sequence(der.implicit(0, der.octetString(authorityKeyId))));
  if (from.certificatePolicies !== undefined) {
    add(
      oids.certificatePolicies,
      der.sequenceOf(from.certificatePolicies.map((policy) => der.sequence(der.oid(policy)))),
    );
  }
  if (from.subjectAltName !== undefined)
    add(oids.subjectAltName, der.sequenceOf(from.subjectAltName.map(generalName)));
  if (from.crlUrls !== undefined)
    add(oids.crlDistributionPoints, der.sequenceOf(from.crlUrls.map(distributionPoint)));
  if (from.ocspUrls !== undefined || from.caIssuersUrls !== undefined) {
    add(oids.authorityInformationAccess, informationAccess(from.ocspUrls ?? [], from.caIssuersUrls ?? []));
  }
  if (from.qcStatements !== undefined) add(oids.qcStatements, buildQcStatements(from.qcStatements));
  if (from.ocspNoCheck) add(oids.ocspNoCheck, der.nothing());
  for (const other of from.others ?? []) add(other.oid, other.value, other.critical);
  return nodes;
}

function distributionPoint(url: string): DerNode {
  return der.sequence(der.context(0, der.context(0, generalName({ kind: 'uri', text: url }))));
}

function informationAccess(ocsp: readonly string[], caIssuers: readonly string[]): DerNode {
  const description = (method: Oid) => (url: string) =>
    der.sequence(der.oid(method), generalName({ kind: 'uri', text: url }));
  return der.sequenceOf([
    ...ocsp.map(description('1.3.6.1.5.5.7.48.1')),
    ...caIssuers.map(description('1.3.6.1.5.5.7.48.2')),
  ]);
}
