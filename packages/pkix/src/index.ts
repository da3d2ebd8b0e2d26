// SPDX-License-Identifier: Apache-2.0

// The one reader and writer of ASN.1.
export {
  type BitString,
  context,
  contextPrimitive,
  DerElement,
  DerNode,
  DerReader,
  type DerValue,
  decodeOid,
  der,
  type EncodingRules,
  encodeDer,
  encodeDerAll,
  encodeOid,
  type Oid,
  readDer,
  readInside,
  readOnlyElement,
  type Tag,
  type TagClass,
  tags,
} from './der/index.ts';
