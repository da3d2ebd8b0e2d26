// SPDX-License-Identifier: Apache-2.0
import { type TSchema, Type } from 'typebox';

/** A reference to a schema that is registered by its `$id`, so that the OpenAPI document tells it once. */
export function shared<T>(schema: TSchema & { $id?: string }) {
  return Type.Unsafe<T>({ $ref: `${schema.$id}#` });
}
