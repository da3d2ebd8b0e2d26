// SPDX-License-Identifier: Apache-2.0
import {
  context,
  contextPrimitive,
  type DerReader,
  type Oid,
  readDer,
  readOnlySequence,
} from '../der/index.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';

/** Stands for every policy (RFC 5280 §4.2.1.4). */
export const anyPolicy: Oid = '2.5.29.32.0';

/** One entry of PolicyMappings (RFC 5280 §4.2.1.5). */
export interface PolicyMapping {
  readonly issuerDomainPolicy: Oid;
  readonly subjectDomainPolicy: Oid;
}

/** PolicyConstraints (§4.2.1.11): certificates that may still follow. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/** NameConstraints (§4.2.1.10). The bases of addresses hold address and mask. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** Reads the policies of CertificatePolicies; qualifiers are passed over, as they bind nobody. */
export function readCertificatePolicies(value: Uint8Array): readonly Oid[] {
  const policies: Oid[] = [];
  const reader = readOnlySequence(value);
  while (!reader.atEnd) policies.push(reader.sequence().oid());
  return policies;
}

/** Reads PolicyMappings. */
export function readPolicyMappings(value: Uint8Array): readonly PolicyMapping[] {
  const mappings: PolicyMapping[] = [];
  const reader = readOnlySequence(value);
  while (!reader.atEnd) {
    const pair = reader.sequence();
    mappings.push({ issuerDomainPolicy: pair.oid(), subjectDomainPolicy: pair.oid() });
    pair.end();
  }
  return mappings;
}

/** Reads PolicyConstraints. */
export function readPolicyConstraints(value: Uint8Array): PolicyConstraints {
  const reader = readOnlySequence(value);
  const requireExplicitPolicy = reader.optional(contextPrimitive(0))?.number();
  const inhibitPolicyMapping = reader.optional(contextPrimitive(1))?.number();
  reader.end();
  return { requireExplicitPolicy, inhibitPolicyMapping };
}

/** Reads `InhibitAnyPolicy ::= INTEGER`. */
export function readInhibitAnyPolicy(value: Uint8Array): number {
  const reader = readDer(value);
  const skipCerts = reader.number();
  reader.end();
  return skipCerts;
}

/** Reads NameConstraints; minimum and maximum, which RFC 5280 fixes, are passed over. */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const reader = readOnlySequence(value);
  const permitted = readSubtrees(reader.enterOptional(context(0)));
  const excluded = readSubtrees(reader.enterOptional(context(1)));
  reader.end();
  return { permitted, excluded };
}

function readSubtrees(reader: DerReader | undefined): readonly GeneralName[] {
  const bases: GeneralName[] = [];
  while (reader !== undefined && !reader.atEnd) bases.push(readGeneralName(reader.sequence()));
  return bases;
}
