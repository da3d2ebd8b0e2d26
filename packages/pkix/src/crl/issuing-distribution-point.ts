// SPDX-License-Identifier: Apache-2.0
import { type BitString, context, contextPrimitive, type DerNode, der, readDer } from '../der/index.ts';
import { type GeneralName, generalName, readGeneralNames } from '../x509/general-name.ts';

/** What part of all certificates a revocation list is about (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
  /** Where the list lies; must be one of the certificate's own distribution points if both say so. */
  readonly fullName: readonly GeneralName[];
  /** Where the point is named relative to the issuer of the list instead: content octets of the RDN's SET. */
  readonly relativeName: Uint8Array | undefined;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCaCerts: boolean;
  readonly onlySomeReasons: BitString | undefined;
  readonly indirectCrl: boolean;
  readonly onlyContainsAttributeCerts: boolean;
}

/**
 * Reads the value of the extension.
 *
 * ```asn1
 * IssuingDistributionPoint ::= SEQUENCE {
 *   distributionPoint [0] DistributionPointName OPTIONAL, onlyContainsUserCerts [1] BOOLEAN DEFAULT FALSE,
 *   onlyContainsCACerts [2] BOOLEAN DEFAULT FALSE, onlySomeReasons [3] ReasonFlags OPTIONAL,
 *   indirectCRL [4] BOOLEAN DEFAULT FALSE, onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
 * ```
 *
 * @throws SignetError `der.*`
 */
export function readIssuingDistributionPoint(value: Uint8Array): IssuingDistributionPoint {
  const outer = readDer(value);
  const fields = outer.sequence();
  outer.end();
  const point = fields.explicit(0);
  const fullName = point?.enterOptional(context(0));
  const relativeName = point?.optional(context(1))?.content;
  const onlyContainsUserCerts = fields.booleanOrFalse(contextPrimitive(1));
  const onlyContainsCaCerts = fields.booleanOrFalse(contextPrimitive(2));
  const onlySomeReasons = fields.is(contextPrimitive(3)) ? fields.bitString(contextPrimitive(3)) : undefined;
  const indirectCrl = fields.booleanOrFalse(contextPrimitive(4));
  const onlyContainsAttributeCerts = fields.booleanOrFalse(contextPrimitive(5));
  fields.end();
  return {
    fullName: fullName === undefined ? [] : readGeneralNames(fullName),
    relativeName,
    onlyContainsUserCerts,
    onlyContainsCaCerts,
    onlySomeReasons,
    indirectCrl,
    onlyContainsAttributeCerts,
  };
}

/** What an issued list says of its scope. */
export interface IssuingDistributionPointInput {
  readonly uri?: string;
  readonly onlyContains?: 'userCerts' | 'caCerts';
}

/** The extension's value, to be encoded. */
export function encodeIssuingDistributionPoint(input: IssuingDistributionPointInput): DerNode {
  const { uri, onlyContains } = input;
  const fullName = uri === undefined ? undefined : der.context(0, generalName({ kind: 'uri', text: uri }));
  return der.sequence(
    fullName === undefined ? undefined : der.context(0, fullName),
    onlyContains === 'userCerts' ? der.implicit(1, der.boolean(true)) : undefined,
    onlyContains === 'caCerts' ? der.implicit(2, der.boolean(true)) : undefined,
  );
}
