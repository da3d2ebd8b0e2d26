// SPDX-License-Identifier: Apache-2.0
import { type TSchema, Type } from 'typebox';

/** A reference to a schema that is registered by its `$id`, so that the OpenAPI document tells it once. */
export function shared<T>(schema: TSchema & { $id?: string }) {
  return Type.Unsafe<T>({ $ref: `${schema.$id}#` });
}

/**
 * `true` where what a schema describes is what a type says, so that `const same: Same<…> = true` stops compiling when
 * the two part. `readonly` does not count.
 */
export type Same<Described, Said> = Described extends Said
  ? Said extends DeepReadonly<Described>
    ? true
    : false
  : false;

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;
