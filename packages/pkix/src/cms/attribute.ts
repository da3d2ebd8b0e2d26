// SPDX-License-Identifier: Apache-2.0
import { type DerNode, type DerReader, type DerValue, der, type Oid } from '../der/index.ts';

/**
 * `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }` (RFC 5652 §5.3)
 */
export interface Attribute {
  readonly type: Oid;
  /** Each value as received, with its tag and length. */
  readonly values: readonly Uint8Array[];
}

/** Reads the attributes that a SET OF Attribute holds, in the order received. @throws SignetError `der.*` */
export function readAttributes(set: DerReader): Attribute[] {
  const attributes: Attribute[] = [];
  while (!set.atEnd) {
    const attribute = set.sequence();
    const type = attribute.oid();
    const valueSet = attribute.set();
    attribute.end();
    const values: Uint8Array[] = [];
    while (!valueSet.atEnd) values.push(valueSet.next().bytes);
    attributes.push({ type, values });
  }
  return attributes;
}

/** The attributes of one type, in the order received. */
export function attributesOfType(attributes: readonly Attribute[], type: Oid): Attribute[] {
  return attributes.filter((attribute) => attribute.type === type);
}

/** All values of the attributes of one type, each as received. */
export function attributeValues(attributes: readonly Attribute[], type: Oid): Uint8Array[] {
  return attributesOfType(attributes, type).flatMap((attribute) => attribute.values);
}

/** An Attribute with one value, to be encoded. */
export function attribute(type: Oid, value: DerValue): DerNode {
  return der.sequence(der.oid(type), der.setOf([value]));
}
