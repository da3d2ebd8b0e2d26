// SPDX-License-Identifier: Apache-2.0
export { type BitString, DerElement } from './element.ts';
export type { EncodingRules } from './header.ts';
export { decodeOid, encodeOid, type Oid } from './oid.ts';
export { DerReader, readDer, readInside, readOnlyElement, readOnlySequence } from './reader.ts';
export { context, contextPrimitive, type Tag, type TagClass, tags } from './tag.ts';
export * as der from './writer.ts';
export { DerNode, type DerValue, encodeDer, encodeDerAll } from './writer.ts';
